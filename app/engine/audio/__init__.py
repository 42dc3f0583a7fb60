"""Sound: decode, analyse, play."""
