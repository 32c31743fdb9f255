"""The search for a network: every module but `search` serves it."""
