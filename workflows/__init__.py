"""Deterministic code only: the lifecycle of a number order and the names outsiders rely on.

Imports nothing of ours, so that an order's history can be replayed with this package alone.
"""
