"""From a training run to a bundle that a browser can read: fold, convert, quantise, verify."""
