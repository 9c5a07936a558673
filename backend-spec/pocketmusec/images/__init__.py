"""Images for lessons: taken in, kept under the hash of their content, given out, swept."""
