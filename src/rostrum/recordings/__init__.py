"""Recordings of conferences: their files, and what is known of them."""
