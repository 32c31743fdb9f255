"""A study: one question, answered by training one recipe with one change at a time, each with several seeds."""
