"""The written report: every module but `report` serves it."""
