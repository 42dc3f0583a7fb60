"""The command line: everything the window does that needs no window."""
