"""Deploying to GitHub Pages, or to any other host that shows a branch of a git repository."""
