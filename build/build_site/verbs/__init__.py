"""The verbs of `python -m build_site`: a module each, with `parser()` and `run(options)`."""
