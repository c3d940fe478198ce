"""Reading pushes that came without a reading."""

import base64

from temporalio import activity

from activities._old_reading import read_push
from workflows.activity_interface import PushActivities
from workflows.messages import PushReading


class PushReader(PushActivities):
    """Reads pushes where that costs no workflow task."""

    @activity.defn
    async def read_push(self, body: str) -> PushReading:
        """Read a push's body."""
        raw = base64.b64decode(body)
        old = read_push(raw)
        return PushReading(
            excerpt=old.excerpt,
            order_ids=tuple(sorted(old.order_ids)),
            phone_numbers=tuple(sorted(old.phone_numbers)),
            success=b"COMPLETED" in raw,
            objection=old.problem,
        )
