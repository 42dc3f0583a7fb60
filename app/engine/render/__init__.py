"""One frame: from a time to a picture."""
