"""Reading a push that came without a reading: signalled by hand, or by another program."""

import base64

from temporalio import activity

from number_orders.pushes.reading import read
from number_orders.workflows.activity_interface import PushActivities
from number_orders.workflows.messages import PushReading


class PushReader(PushActivities):
    """Reads as the bridge does."""

    @activity.defn
    async def read_push(self, body: str) -> PushReading:
        """Read it; what is not base64 is an objection, as all is that cannot be read."""
        try:
            content = base64.b64decode(body, validate=True)
        except ValueError:
            return PushReading(excerpt="(not base64)", objection="its body is not base64")
        return read(content)
