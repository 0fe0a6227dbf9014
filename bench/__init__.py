"""Measurements of Rostrum against Django REST Framework, against the limit of its own server, and of joining."""
