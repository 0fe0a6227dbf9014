"""Who takes part: users, groups, rights."""
