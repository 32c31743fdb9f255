"""Other people's models: recognised by what they contain, opened, and measured."""
