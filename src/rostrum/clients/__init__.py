"""Client applications and the links with which they join."""
