"""Latent space: W, paths and the map."""
