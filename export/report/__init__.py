"""The written report: tables and figures drawn from what the other stages stored."""
