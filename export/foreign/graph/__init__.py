"""Networks as frozen TensorFlow graphs: from any kind of model, and into our own steps."""
