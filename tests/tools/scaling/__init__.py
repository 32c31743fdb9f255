"""How training grows with films and machines, and what a site costs with its visitors; `make scaling`."""
