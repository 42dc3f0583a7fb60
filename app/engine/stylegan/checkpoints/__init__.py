"""One file a weights format."""
