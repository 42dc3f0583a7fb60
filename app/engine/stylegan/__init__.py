"""The network and the Styles on disk."""
