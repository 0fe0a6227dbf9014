"""Conferences: what is planned and how it is set up."""
