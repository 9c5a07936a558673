"""The PocketMusec backend: standards and lessons for music teachers, on the teacher's own machine."""

__version__ = "0.1.0"
