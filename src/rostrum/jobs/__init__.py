"""Due work: kept in a table, done once, also after a crash. Knows nothing of conferences."""
