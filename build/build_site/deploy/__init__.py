"""`python -m build_site deploy`: brings a built site to where people can read it."""
