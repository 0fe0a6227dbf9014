"""Messages between the parts of the server that are awake: published to a topic, read by whoever listens right now.

What must not be lost goes through the jobs table instead.
"""

from rostrum.bus.local import Inbox, LocalBus, OverflowedError, Publish

__all__ = ["Inbox", "LocalBus", "OverflowedError", "Publish"]
