"""Broadcasts while they run: wanted with the conference, made by a worker."""
