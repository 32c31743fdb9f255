"""What a finished network leans on: every module but `controls` serves it."""
