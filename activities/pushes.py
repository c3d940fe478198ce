"""Reading a push that came without a reading: signalled by hand, or by another program."""

from temporalio import activity

from number_orders.pushes.reading import read_encoded
from number_orders.workflows.activity_interface import PushActivities
from number_orders.workflows.push_judgement import PushReading


class PushReader(PushActivities):
    """Reads as the bridge does."""

    @activity.defn
    async def read_push(self, body: str) -> PushReading:
        """Read it; what is not base64 is an objection, as all is that cannot be read."""
        return read_encoded(body)
