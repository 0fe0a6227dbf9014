"""The room before the door: who waits there, and letting in."""
