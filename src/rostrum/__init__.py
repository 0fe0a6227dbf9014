"""Rostrum: an open, self-hosted video-conferencing server."""

__version__ = "0.1.0"
"""The version; a test holds it against the package's metadata."""
