"""The calls to TENIOS. The one place that decides what may be retried."""

import base64
import logging

from pydantic import SecretStr
from temporalio import activity

from activities.attempts import Attempt
from runtime.callback_keys import CallbackKeys
from runtime.evidence_store import EvidenceStore
from tenios import errors
from tenios.client import TeniosClient
from tenios.models import NumberOrderRequest, VerificationRequest
from workflows.activity_interface import TeniosActivities
from workflows.models import (
    OrderAnswer,
    OrderPlaced,
    OutcomeUnknown,
    PlaceOrder,
    Refused,
    SubmitVerification,
    VerificationAnswer,
    VerificationSubmitted,
)

_log = logging.getLogger(__name__)


class DocumentMissingError(Exception):
    """The store has no such document, or it is damaged. Restored, the order goes on by itself."""


class TeniosCalls(TeniosActivities):
    """TENIOS' methods as activities. What is raised here is retried with backoff, without end."""

    def __init__(
        self,
        client: TeniosClient,
        store: EvidenceStore,
        keys: CallbackKeys,
        bridge_public_url: str,
    ) -> None:
        self._client = client
        self._store = store
        self._keys = keys
        self._bridge_public_url = bridge_public_url

    @activity.defn
    async def submit_verification(self, request: SubmitVerification) -> VerificationAnswer:
        """Submit the address and its document; a refusal of the request is a result."""
        document = request.document
        pdf = await self._store.document(document.sha256)
        if pdf is None:
            raise DocumentMissingError(
                f"documents/{document.sha256}.pdf is missing or damaged in the evidence store:"
                " restore it, or point STORE_URL to the store it is in"
            )
        try:
            created = await self._client.create_verification(
                VerificationRequest(
                    **request.address.model_dump(),
                    area_code=request.area_code,
                    document_type=document.type,
                    document_data=SecretStr(base64.b64encode(pdf).decode()),
                )
            )
        except errors.RequestRefused as refusal:
            return _refused(refusal)
        return VerificationSubmitted(verification_id=created.verification_id)

    @activity.defn
    async def place_order(self, request: PlaceOrder) -> OrderAnswer:
        """Send the order unless this attempt was sent before; raises only if nothing happened."""
        workflow_id = activity.info().workflow_id
        if workflow_id is None:
            raise RuntimeError("place_order runs in a workflow only: its id names the callback")
        attempt = Attempt(self._store, workflow_id, request.attempt)
        if not await attempt.begin():
            return await attempt.answer() or OutcomeUnknown(
                reason="The order was being sent when its worker was stopped."
            )
        callback = self._keys.callback(workflow_id)
        try:
            ordered = await self._client.order_number(
                NumberOrderRequest(
                    verification_id=request.verification_id,
                    link_to_number=request.link_to_number,
                    push_url=self._bridge_public_url + callback.path,
                    push_secret=SecretStr(callback.secret),
                )
            )
        except errors.OutcomeUnknown as unknown:
            return OutcomeUnknown(reason=f"{unknown}.")
        except errors.RequestRefused as refusal:
            answer: OrderPlaced | Refused = _refused(refusal)
        except errors.TeniosError:
            await attempt.withdraw()
            raise
        else:
            answer = OrderPlaced(order_id=ordered.order_id)
        await self._record(attempt, answer)
        return answer

    async def _record(self, attempt: Attempt, answer: OrderPlaced | Refused) -> None:
        try:
            await attempt.record(answer)
        except Exception:  # noqa: BLE001 -- whatever the store failed with, see below
            # The result itself still reaches the workflow; to raise would lose it. If it is lost
            # as well, the bare intent keeps the order from being sent twice.
            _log.exception("The answer to an order could not be written to the evidence store")


def _refused(refusal: errors.RequestRefused) -> Refused:
    return Refused(
        error_code=refusal.error_code, message=refusal.message[:500], fields=refusal.fields
    )
