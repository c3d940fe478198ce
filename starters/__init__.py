"""Starts number orders and acts on them: `NumberOrders` for programs; `cli` is the command.

What it raises is in `starters.errors`.
"""

from starters.number_orders import NumberOrders
from starters.order_form import build_order
from starters.orders import StartedOrder, find_order, start_number_order
from starters.places import notes
from starters.waiting import result_of

__all__ = [
    "NumberOrders",
    "StartedOrder",
    "build_order",
    "find_order",
    "notes",
    "result_of",
    "start_number_order",
]
