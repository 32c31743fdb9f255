"""Builds the static site from a model bundle; needs no TensorFlow."""
