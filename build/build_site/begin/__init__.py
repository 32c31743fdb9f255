"""What `init` writes: the files of a site of somebody's own."""
