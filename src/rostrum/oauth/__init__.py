"""Applications, grants and tokens (RFC 6749 through Authlib)."""
