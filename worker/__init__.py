"""Runs workflows and activities. `python -m worker` is the process."""
