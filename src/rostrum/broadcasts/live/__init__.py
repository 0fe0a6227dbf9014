"""A page that plays a running meeting for people who do not join it."""
