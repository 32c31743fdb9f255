"""The networks, one module each, by the Keras Functional API: configuration, layers and ImageNet start."""
