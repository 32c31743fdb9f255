"""TensorFlow.js graph models: what a TensorFlow function becomes before it is written to a bundle."""
