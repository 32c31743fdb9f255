"""The networks: configuration, layers and ImageNet start."""
