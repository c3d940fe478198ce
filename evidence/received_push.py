"""A push as the bridge accepted it: for which order, and everything that is kept of it."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from number_orders.evidence.credentials import credentials_in
from number_orders.evidence.redaction import redact
from number_orders.pushes.fields import Content
from number_orders.pushes.reading import read, read_encoded, reading_of
from number_orders.runtime.callback_keys import Callback
from number_orders.workflows.messages import PushDelivery
from number_orders.workflows.push_judgement import PushReading

# What may help to find a push in TENIOS' or a proxy's logs; nothing that could be a credential.
_KEPT_HEADERS = ("content-type", "date", "user-agent", "x-request-id")
_HEADER_LENGTH = 200
_HEADER_READ = 4096
"""Far enough that no secret begins within what is kept and ends beyond."""


class ReceivedPush(BaseModel):
    """The content of a kept callback in the evidence store."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    workflow_id: str
    delivery: PushDelivery
    headers: dict[str, str]
    why_dead: str | None = None
    """Why it is a dead letter, for people."""

    @classmethod
    def of(
        cls,
        callback: Callback,
        content: Content,
        headers: Mapping[str, str],
        authenticated_by: Literal["secret", "url"],
    ) -> "ReceivedPush":
        """What was received just now, without the secrets that it may repeat."""
        secrets = (callback.secret, callback.token)
        readable = redact(content.body, *secrets, *credentials_in(content.fields))
        # What is kept is what is read: only a body that repeats a secret is parsed once more.
        reading = (
            reading_of(content)
            if readable == content.body
            else read(readable, headers.get("content-type"))
        )
        kept = {
            name: redact(headers[name].encode()[:_HEADER_READ], *secrets).decode(errors="replace")[
                :_HEADER_LENGTH
            ]
            for name in _KEPT_HEADERS
            if name in headers
        }
        delivery = PushDelivery(
            # The same body again is the same delivery, whoever repeats it.
            delivery_id=hashlib.sha256(readable).hexdigest()[:32],
            received_at=datetime.now(UTC),
            body=base64.b64encode(readable).decode(),
            authenticated_by=authenticated_by,
            reading=reading,
        )
        return cls(workflow_id=callback.workflow_id, delivery=delivery, headers=kept)

    def read_anew(self) -> PushReading:
        """What the body says by the table as it is now."""
        return read_encoded(self.delivery.body, self.headers.get("content-type"))

    def with_reading(self, reading: PushReading) -> "ReceivedPush":
        """The same push with another reading."""
        delivery = self.delivery.model_copy(update={"reading": reading})
        return self.model_copy(update={"delivery": delivery})
