"""What site.toml asks for beyond its keys: colours, files beside it, sentences of its own; checked, all mistakes at once."""
