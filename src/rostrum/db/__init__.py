"""The database machinery: connections, units of work, revisions, migrations. Knows nothing of conferences."""
