"""What a finished network leans on, where its heat map points, and what its bundle refuses."""
