"""Lessons as files: one description of what is on the page (`sheet`), and a writer for each format."""
