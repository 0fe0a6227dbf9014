"""Registration for webinars: a public form, and a personal link to join with."""
