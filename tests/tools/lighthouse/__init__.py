"""Lighthouse's four scores of the built site: `python -m tests.tools.lighthouse`, and the end of `make bench`."""
