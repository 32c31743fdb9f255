"""`make bench`: speed, as ratios side by side in one run; writes docs/performance.json and docs/performance.md. Not a test."""
