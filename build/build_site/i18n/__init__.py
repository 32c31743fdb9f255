"""The words of the site: its languages, the sentences of strings.toml, and their translations."""
