"""The logs of chat messages, of events and of changed settings."""
