"""Templates: conferences to be made from."""
