"""Groups of users and the rights that they give."""
