"""Starts number orders: `start_number_order()` for programs, `number-orders` for people."""

from starters.orders import StartedOrder, start_number_order

__all__ = ["StartedOrder", "start_number_order"]
