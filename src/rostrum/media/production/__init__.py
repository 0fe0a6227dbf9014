"""One programme of a meeting: an unseen member of the room, the clock that composes, and the threads of the outputs."""
