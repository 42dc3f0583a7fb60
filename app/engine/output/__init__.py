"""Where frames go: films and live outputs."""
