"""One picture and one sound made of many: values in, pictures and samples out. Nothing here knows of the engine."""
