"""The logs of recordings: by call (records, the older form) and by file (recordings)."""
