"""Keras models of any age, as files keep them."""
