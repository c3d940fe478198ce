"""The calls to TENIOS. The one place that decides what may be retried."""

import base64
import contextlib
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr
from temporalio import activity

from number_orders.activities.execution import (
    heartbeating,
    own_workflow_id,
    uninterrupted,
)
from number_orders.activities.metrics import measured
from number_orders.activities.order_store import check_store
from number_orders.evidence.attempt_entries import NothingSent
from number_orders.evidence.attempts import AttemptLedger, OwnAttempt
from number_orders.evidence.order_verification import sent_with
from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verifications import VerificationRecords
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.country_names import english_name
from number_orders.runtime.messenger import Messenger
from number_orders.tenios import errors
from number_orders.tenios.client import TeniosClient
from number_orders.tenios.models import NumberOrderRequest, VerificationRequest
from number_orders.workflows.activity_interface import (
    AnswerUnreadable,
    CancellationAnswer,
    CancelNumber,
    Found,
    LedgerReading,
    NumberCancelled,
    OrderAttempt,
    OrderPlaced,
    OutcomeUnknown,
    PlaceOrder,
    RecordFinding,
    Refused,
    SubmitVerification,
    TeniosActivities,
    VerificationAnswer,
    VerificationSubmitted,
    VerificationUnusable,
)
from number_orders.workflows.messages import Placed

_log = logging.getLogger(__name__)

# Less than the heartbeat timeout, after which Temporal takes this worker for dead. Before that, no
# other execution has begun, and no person was asked whether the order was placed.
_SEND_WITHIN = timedelta(seconds=15)


class DocumentMissingError(Exception):
    """The store has no such document, or it is damaged. Restored, the order goes on by itself."""


class WorkerWasFrozenError(Exception):
    """Nothing was sent: the worker stood still for so long that others may have taken over."""


class TeniosCalls(TeniosActivities):
    """TENIOS' methods as activities. What is raised here is retried with backoff, without end."""

    def __init__(
        self,
        client: TeniosClient,
        store: EvidenceStore,
        keys: CallbackKeys,
        bridge_public_url: str,
        messenger: Messenger,
    ) -> None:
        self._client = client
        self._store = store
        self._keys = keys
        self._bridge_public_url = bridge_public_url
        self._messenger = messenger
        self._verifications = VerificationRecords(store)

    @activity.defn
    async def submit_verification(self, request: SubmitVerification) -> VerificationAnswer:
        """Submit the address and its document; a refusal of the request is a result."""
        return await uninterrupted(self._submit(request))

    @activity.defn
    async def place_order(self, request: PlaceOrder) -> OrderAttempt:
        """Send the order unless this attempt was sent before; raises only if nothing happened."""
        return await uninterrupted(self._place(request))

    @activity.defn
    async def recall_order(self, request: PlaceOrder) -> LedgerReading:
        """What the attempt ledger says; sends nothing."""
        async with heartbeating():
            ledger = await self._ledger(request)
            return LedgerReading(
                attempt=await ledger.find(request),
                given_back=await ledger.all_given_back(request.lineage),
            )

    @activity.defn
    async def withdraw_order(self, request: PlaceOrder) -> OrderAttempt:
        """Take the attempt's place in the ledger, so that nobody sends it any more."""
        async with heartbeating():
            attempt = await (await self._ledger(request)).withdraw(request)
            return await self._with_verification_recorded(request, attempt)

    @activity.defn
    async def record_finding(self, request: RecordFinding) -> OrderAttempt:
        """Write into the ledger what a person found out; what stands there counts."""
        async with heartbeating():
            attempt = await (await self._ledger(request.request)).record_finding(request)
            return await self._with_verification_recorded(request.request, attempt)

    @activity.defn
    async def cancel_number(self, request: CancelNumber) -> CancellationAnswer:
        """Give a number back, once; repeated where no answer came, since that costs nothing."""
        return await uninterrupted(self._cancel(request))

    async def _submit(self, request: SubmitVerification) -> VerificationAnswer:
        document = request.document
        pdf = await self._store.document(document.sha256)
        if pdf is None:
            await check_store(self._store, request.store_id)
            raise DocumentMissingError(
                f"documents/{document.sha256}.pdf is missing or damaged in the evidence store:"
                " restore it, or point STORE_URL to the store it is in"
            )
        address = request.data.address.model_dump()
        verification = VerificationRequest(
            **address | {"country": english_name(address["country"])},
            area_code=request.data.area_code,
            document_type=document.type,
            document_data=SecretStr(base64.b64encode(pdf).decode()),
        )
        try:
            with measured("create_verification"):
                created = await self._client.create_verification(verification)
        except errors.RequestRefused as refusal:
            return _refused(refusal)
        except errors.UnreadableAnswer as unreadable:
            return _unreadable(unreadable)
        if created.verification_id is not None:
            # To submit it again would cost people at TENIOS more; place_order makes up for it.
            with _kept_if_possible("The id of a verification"):
                await self._verifications.record_submitted(
                    created.verification_id, request.data, own_workflow_id()
                )
        return VerificationSubmitted(verification_id=created.verification_id)

    async def _place(self, request: PlaceOrder) -> OrderAttempt:
        ledger = await self._ledger(request)
        examined = await self._verifications.examine(request, own_workflow_id())
        attempt = await ledger.begin(request)
        if isinstance(attempt, OrderAttempt):
            return await self._with_verification_recorded(request, attempt)
        if examined.objection is not None:
            await attempt.record(NothingSent())
            answer = VerificationUnusable(reason=examined.objection)
            return OrderAttempt(number=attempt.number, answer=answer)
        callback = self._keys.callback(own_workflow_id())
        order = NumberOrderRequest(
            verification_id=request.verification_id,
            link_to_number=request.link_to_number,
            push_url=self._bridge_public_url + callback.path,
            push_secret=SecretStr(callback.secret),
        )
        may_be_sent = await attempt.may_be_sent()
        # Last, since the store may take its time.
        if not may_be_sent or datetime.now(UTC) - attempt.began_at > _SEND_WITHIN:
            await attempt.record(NothingSent())
            raise WorkerWasFrozenError("The worker stood still; nothing was sent")
        try:
            with measured("order_number"):
                # Its words may name the address, which the order itself has not.
                ordered = await self._client.order_number(
                    order, unsaid=request.data.address.model_dump()
                )
        except errors.MayHaveTakenEffect as unknown:
            return OrderAttempt(number=attempt.number, answer=OutcomeUnknown(reason=f"{unknown}."))
        except errors.RequestRefused as refusal:
            refused = _refused(refusal)
            if examined.is_approved:
                with _kept_if_possible("That TENIOS refused a verification"):
                    await self._verifications.record_refused(
                        request.verification_id, refused, own_workflow_id()
                    )
            return await self._recorded(request, attempt, refused)
        except errors.TeniosError:
            await attempt.record(NothingSent())
            raise
        return await self._recorded(request, attempt, OrderPlaced(order_id=ordered.order_id))

    async def _with_verification_recorded(
        self, request: PlaceOrder, attempt: OrderAttempt
    ) -> OrderAttempt:
        """For an answer that the ledger had: a reset order may go with another one now."""
        with _kept_if_possible("What became of a verification"):
            sent = await sent_with(self._store, own_workflow_id(), attempt.number)
            if sent == request.verification_id:
                await self._verifications.record_answer(request, attempt.answer, own_workflow_id())
            elif not isinstance(attempt.answer, OutcomeUnknown):
                await self._verifications.release(request, own_workflow_id())
        return attempt

    async def _recorded(
        self, request: PlaceOrder, attempt: OwnAttempt, answer: OrderPlaced | Refused
    ) -> OrderAttempt:
        # If the result is lost as well, the bare intent keeps the order from being sent twice.
        found = None
        with _kept_if_possible("The answer to an order"):
            found = await attempt.record(answer)
        if found is not None and isinstance(answer, OrderPlaced):
            await self._tell_of_late_order(answer.order_id, found)
        with _kept_if_possible("What became of a verification"):
            await self._verifications.record_answer(request, answer, own_workflow_id())
        return OrderAttempt(number=attempt.number, answer=answer)

    async def _tell_of_late_order(self, order_id: str, found: Found) -> None:
        """Tell people here, since the workflow may have gone on, or have ended, without it."""
        if isinstance(found.finding, Placed) and found.finding.order_id == order_id:
            return
        problem = (
            f"{own_workflow_id()}: TENIOS answered with order {order_id} after {found.resolved_by}"
            f" had resolved it as {found.finding.kind}"
        )
        _log.error("%s", problem)
        sent = await self._messenger.send(
            "TENIOS has an order that a person had resolved otherwise",
            f"{problem}. See the TENIOS portal: if it has two numbers for this location, give one"
            " of them back.",
            workflow_id=own_workflow_id(),
        )
        if not sent:
            _log.error("At least one channel of NOTIFY_URLS did not take that")

    async def _cancel(self, request: CancelNumber) -> CancellationAnswer:
        await check_store(self._store, request.store_id)
        ledger = AttemptLedger(self._store, own_workflow_id())
        given_back = await ledger.given_back(request)
        if given_back is not None:
            return given_back
        try:
            with measured("cancel_number"):
                cancelled = await self._client.cancel_number(request.phone_number)
        except errors.RequestRefused as refusal:
            return _refused(refusal)
        except errors.UnreadableAnswer as unreadable:
            return _unreadable(unreadable)
        answer = NumberCancelled(cancellation_date=cancelled.cancellation_date)
        with _kept_if_possible("That a number was given back"):
            await ledger.record_given_back(request, answer)
        return answer

    async def _ledger(self, request: PlaceOrder) -> AttemptLedger:
        await check_store(self._store, request.store_id)
        return AttemptLedger(self._store, own_workflow_id())


@contextlib.contextmanager
def _kept_if_possible(what: str) -> Iterator[None]:
    """Go on where the store fails: the result itself reaches the workflow; to raise would lose it.

    The store's own words stay out of the log: they may repeat credentials.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 -- whatever the store failed with
        _log.error("%s could not be kept in the store (%s)", what, type(error).__name__)


def _refused(refusal: errors.RequestRefused) -> Refused:
    """TENIOS' refusal; the client has taken out of its words what was sent."""
    return Refused(
        error_code=refusal.error_code,
        message=refusal.message,
        fields=refusal.fields,
        is_about_verification=refusal.is_about_verification,
    )


def _unreadable(answer: errors.UnreadableAnswer) -> AnswerUnreadable:
    """A call that TENIOS took; raises the error again where it may not have."""
    if not answer.is_success:
        raise answer
    return AnswerUnreadable(
        reason=f"TENIOS took the call, but its answer cannot be read: {answer}."
    )
