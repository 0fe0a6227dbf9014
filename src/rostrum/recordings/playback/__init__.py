"""Watching recordings in a browser: at once, while they are being made, and without encoding again."""
