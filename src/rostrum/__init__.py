"""Rostrum: an open, self-hosted video-conferencing server."""

from importlib.metadata import version

__version__ = version("rostrum")
