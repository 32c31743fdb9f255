"""Deploying to a folder: the site as it is, or with the configuration of a host beside it."""
