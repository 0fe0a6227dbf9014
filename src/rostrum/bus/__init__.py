"""Messages between the parts of the server that are awake: published to a topic, read by whoever listens right now.

What must not be lost goes through the jobs table instead.
"""

from rostrum.bus.local import Inbox, LocalBus, LostTouchError, Publish
from rostrum.bus.redis import RedisBus

__all__ = ["Inbox", "LocalBus", "LostTouchError", "Publish", "RedisBus"]
