"""Making one programme of a meeting: an unseen member of the room, the clock that composes, and the outputs' threads."""
