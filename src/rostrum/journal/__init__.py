"""What happened: calls and what belongs to them. Only read here; the slices where it happens write it."""
