"""Pushes that came without a reading, which an activity reads."""

import contextlib

from number_orders.workflows.activity_interface import PushActivities
from number_orders.workflows.calls import READ, Call
from number_orders.workflows.inbox import UnreadPush
from number_orders.workflows.order_run import HistoryIsLongError, OrderRun, Unanswered
from number_orders.workflows.push_judgement import PushReading


async def read_pushes(run: OrderRun) -> None:
    """Read what came without a reading, until all is read."""
    while unread := run.state.inbox.unread:
        # Interrupted for a long history, it is made again: moving on waits for it.
        with contextlib.suppress(HistoryIsLongError):
            await _read(run, unread[0])


async def _read(run: OrderRun, unread: UnreadPush) -> None:
    inbox = run.state.inbox
    reading = await run.call_once(
        Call(PushActivities.read_push, unread.delivery.body, PushReading, "Read a push", READ),
        unless=lambda: unread not in inbox.unread,
    )
    if isinstance(reading, Unanswered):
        reading = PushReading(excerpt="", objection="its body could not be read")
    if reading is not None:
        inbox.record_reading(unread, reading)
        run.show_news()
