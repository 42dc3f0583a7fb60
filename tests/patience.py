"""How long tests wait for what must come: a loaded machine is slow, and what never comes is told a minute later."""

PATIENCE = 60.0
"""Seconds."""
