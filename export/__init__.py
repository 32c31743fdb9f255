"""From a trained run to a verified, browser-ready model bundle: `python -m export RUN`."""
