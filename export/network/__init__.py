"""One way from any Keras model to operations that TensorFlow.js has: read into steps, fold, run."""
