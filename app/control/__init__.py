"""Parameters and actions, whatever moves them. No Qt."""
