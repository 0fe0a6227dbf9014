"""The wire: versions, operations, fields, permissions, errors, OpenAPI. Knows nothing of conferences."""
