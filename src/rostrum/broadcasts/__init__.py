"""Broadcasts: showing a conference to people who are not in it."""
