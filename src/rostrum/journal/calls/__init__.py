"""The log of calls, of who took part, and of who was invited."""
