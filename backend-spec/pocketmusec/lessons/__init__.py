"""Lessons: what a teacher writes, its versions, and the draft being typed."""
