"""A hall with an engine that writes down what it is asked, as in the tests of meetings."""

from __future__ import annotations

from tests.meetings.conftest import engine, hall

__all__ = ["engine", "hall"]
