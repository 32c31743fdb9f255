"""docs/commands.md and docs/site_toml.md out of the parsers and the schema that the commands themselves use."""
