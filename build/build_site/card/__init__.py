"""Model cards and the About page: what they say, out of bundles and the texts of the site."""
