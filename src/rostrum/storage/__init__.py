"""Where finished recordings are kept for good: the data folder, or what a URL names (S3 and what is like it)."""

from rostrum.storage.store import Kept, Storage, StorageAway, opened

__all__ = ["Kept", "Storage", "StorageAway", "opened"]
