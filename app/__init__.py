"""Anthesis: music plays and a StyleGAN2 network blooms to it."""

__version__ = "0.1.0"
