"""Who is invited to a conference."""
