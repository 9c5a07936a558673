"""Tests of the backend: in process where that says enough, against real processes where not."""
