"""What leads other people and programs to a conference: links, calendars, notices."""
