"""Conferences while they run: sessions, participants, chat."""
