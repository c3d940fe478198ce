"""Runs workflows and activities."""
