"""What moderators do to a running meeting and to the people in it."""
