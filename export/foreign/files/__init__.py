"""A model's files: what they are, what they hold, and the names of classes among them."""
