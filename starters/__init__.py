"""Starts number orders and acts on them: `NumberOrders` for programs; `cli` is the command.

What it raises is in `starters.errors`.
"""

from number_orders.starters.number_orders import NumberOrders
from number_orders.starters.order_form import build_order, read_order_file
from number_orders.starters.orders import StartedOrder, find_order, start_number_order
from number_orders.starters.places import notes
from number_orders.starters.waiting import result_of

__all__ = [
    "NumberOrders",
    "StartedOrder",
    "build_order",
    "find_order",
    "notes",
    "read_order_file",
    "result_of",
    "start_number_order",
]
