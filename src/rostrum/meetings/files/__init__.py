"""Files that people send each other in the chat of a meeting."""
