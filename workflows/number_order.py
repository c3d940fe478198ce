"""The lifecycle of one number order.

Signal handlers record, `run` decides: nothing that arrives early, twice, late or broken is lost,
and nothing of it changes the order before the order is there to use it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy, SearchAttributeUpdate
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from workflows import contract, decisions, push_judgement, wording
    from workflows.activity_interface import NotificationActivities, TeniosActivities
    from workflows.decisions import ReceivedDecision
    from workflows.inbox import Inbox
    from workflows.models import (
        Notification,
        NumberOrderInput,
        NumberOrderResult,
        OrderPlaced,
        OrderSnapshot,
        OrderStatus,
        OutcomeUnknown,
        PlaceOrder,
        Refused,
        SubmitVerification,
    )
    from workflows.push_judgement import Push

# Longer than the client's limit for a whole call (60 s) with room for reading the document.
_CALL_TIMEOUT = timedelta(minutes=2)
# For as long as it takes: TENIOS being away or a wrong key is no fault of the order.
_PATIENT = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
# People are told by best effort; the status says the same.
_NOTIFY_WITHIN = timedelta(minutes=5)
# TENIOS' promise: a completed number is live within a day.
_LIVE_WITHIN = timedelta(hours=24)


@workflow.defn(name=contract.WORKFLOW_TYPE)
class NumberOrder:
    """Orders one number: verification, a person's approval, the order, TENIOS' push."""

    @workflow.init
    def __init__(self, order: NumberOrderInput) -> None:
        self._order = order
        self._inbox = Inbox()
        self._status = OrderStatus.SUBMITTING_VERIFICATION
        self._since = workflow.now()
        self._due_at: datetime | None = None
        self._verification_id: str | None = None
        self._decision: ReceivedDecision | None = None
        self._order_began = False
        self._order_id: str | None = None
        self._push: Push | None = None
        self._pushes_told_about = 0
        self._phone_number: str | None = None
        self._reason: str | None = None

    @workflow.run
    async def run(self, order: NumberOrderInput) -> NumberOrderResult:
        """Order the number and say how it ended."""
        verification_id = await self._submit_verification(order)
        if verification_id is None or not await self._await_approval(order, verification_id):
            return self._finish(OrderStatus.REJECTED)
        if not await self._place_order(order, verification_id):
            return self._finish(OrderStatus.REJECTED)
        if await self._await_completion(order) or await self._await_late_completion(order):
            return self._finish(OrderStatus.COMPLETED)
        return self._finish(OrderStatus.TIMED_OUT)

    @workflow.signal(dynamic=True)
    def record(self, signal: str, arguments: Sequence[RawValue]) -> None:
        """Record `verification_decided`, `order_completed`, or whatever else somebody sent.

        One handler for any name and any arguments, since it is the only form that Temporal always
        delivers: a named handler never sees what does not decode, and a second argument for it
        fails the workflow task for good.
        """
        self._inbox.record(signal, arguments, now=workflow.now(), order_began=self._order_began)
        self._show()

    @workflow.query(name=contract.STATUS)
    def status(self) -> OrderSnapshot:
        """Where the order stands, what it waits for, and everything it received."""
        return OrderSnapshot(
            location_id=self._order.location_id,
            number=self._order.number,
            city=self._order.address.city,
            area_code=self._order.area_code,
            batch_id=self._order.batch_id,
            status=self._status,
            since=self._since,
            waits_for=wording.waits_for(self._status),
            due_at=self._due_at,
            verification_id=self._verification_id,
            order_id=self._order_id,
            phone_number=self._phone_number,
            reason=self._reason,
            attention=self._attention(),
            messages=self._inbox.shown(
                verification_id=self._verification_id,
                order_id=self._order_id,
                decision=self._decision,
                push=self._push,
            ),
            messages_dropped=self._inbox.dropped,
        )

    async def _submit_verification(self, order: NumberOrderInput) -> str | None:
        answer = await workflow.execute_activity_method(
            TeniosActivities.submit_verification,
            SubmitVerification(
                address=order.address, area_code=order.area_code, document=order.document
            ),
            start_to_close_timeout=_CALL_TIMEOUT,
            retry_policy=_PATIENT,
            summary="Submit the verification",
        )
        if isinstance(answer, Refused):
            self._reason = str(answer)
            return None
        self._verification_id = answer.verification_id
        return answer.verification_id

    async def _await_approval(self, order: NumberOrderInput, verification_id: str) -> bool:
        self._enter(
            OrderStatus.AWAITING_APPROVAL, contract.VERIFICATION_ID.value_set(verification_id)
        )
        while (decided := decisions.deciding(self._inbox.decisions, verification_id)) is None:
            try:
                await workflow.wait_condition(
                    lambda: decisions.deciding(self._inbox.decisions, verification_id) is not None,
                    timeout=order.deadlines.approval_reminder,
                    timeout_summary="Remind people of the verification",
                )
            except TimeoutError:
                await self._tell("still waits for a decision about its verification")
        self._decision = decided
        if not decided.decision.approved:
            self._reason = decisions.describe(decided.decision)
        return decided.decision.approved

    async def _place_order(self, order: NumberOrderInput, verification_id: str) -> bool:
        self._order_began = True
        self._enter(OrderStatus.PLACING_ORDER)
        answer = await workflow.execute_activity_method(
            TeniosActivities.place_order,
            PlaceOrder(
                verification_id=verification_id,
                attempt=1,
                link_to_number=order.link_to_number,
            ),
            start_to_close_timeout=_CALL_TIMEOUT,
            retry_policy=_PATIENT,
            summary="Order the number",
        )
        match answer:
            case OrderPlaced(order_id=order_id):
                self._order_id = order_id
            case OutcomeUnknown(reason=reason):
                self._reason = reason
                await self._await_proof()
            case Refused():
                self._reason = str(answer)
                return False
        return True

    async def _await_proof(self) -> None:
        """Wait until a push proves that the order exists; nothing is sent again."""
        self._enter(OrderStatus.OUTCOME_UNKNOWN)
        await self._tell("may have been placed or not")
        push = await self._completing_push(until=None)
        self._reason = None
        if push is not None:
            self._order_id = push_judgement.order_id_of(push)

    async def _await_completion(self, order: NumberOrderInput) -> bool:
        due_at = workflow.now() + order.deadlines.completion
        order_id = contract.TENIOS_ORDER_ID
        self._enter(
            OrderStatus.AWAITING_COMPLETION,
            order_id.value_set(self._order_id) if self._order_id else order_id.value_unset(),
            due_at=due_at,
        )
        return await self._completed(until=due_at)

    async def _await_late_completion(self, order: NumberOrderInput) -> bool:
        grace = order.deadlines.late_push_grace
        if not grace:
            return False
        due_at = workflow.now() + grace
        self._enter(OrderStatus.OVERDUE, due_at=due_at)
        await self._tell("is overdue: no push came in time")
        return await self._completed(until=due_at)

    async def _completed(self, *, until: datetime) -> bool:
        self._push = await self._completing_push(until=until)
        if self._push is None:
            return False
        self._phone_number = push_judgement.phone_number_of(self._push)
        return True

    async def _completing_push(self, *, until: datetime | None) -> Push | None:
        """The push that completes the order; people are told of those that do not."""

        def push() -> Push | None:
            return push_judgement.completing(self._inbox.pushes, self._order_id)

        def news() -> bool:
            return push() is not None or len(self._inbox.pushes) > self._pushes_told_about

        while push() is None:
            if len(self._inbox.pushes) > self._pushes_told_about:
                self._pushes_told_about = len(self._inbox.pushes)
                await self._tell("received a push that does not complete it")
                continue
            left = None if until is None else until - workflow.now()
            if left is not None and left <= timedelta(0):
                break
            try:
                await workflow.wait_condition(
                    news, timeout=left, timeout_summary="Wait for TENIOS' push"
                )
            except TimeoutError:
                break
        return push()

    def _finish(self, outcome: OrderStatus) -> NumberOrderResult:
        completed_at = self._push.received_at if self._push else None
        number = contract.PHONE_NUMBER
        self._enter(
            outcome, *([number.value_set(self._phone_number)] if self._phone_number else [])
        )
        return NumberOrderResult(
            outcome=outcome,
            reason=self._reason,
            verification_id=self._verification_id,
            order_id=self._order_id,
            phone_number=self._phone_number,
            link_to_number=self._order.link_to_number,
            completed_at=completed_at,
            active_by=completed_at + _LIVE_WITHIN if completed_at else None,
            attention=self._attention(),
        )

    def _enter(
        self,
        status: OrderStatus,
        *updates: SearchAttributeUpdate[str],
        due_at: datetime | None = None,
    ) -> None:
        """Change the status: the one place where search attributes are written."""
        self._status = status
        self._since = workflow.now()
        self._due_at = due_at
        due = contract.DUE_AT
        workflow.upsert_search_attributes(
            [
                contract.ORDER_STATUS.value_set(status),
                due.value_set(due_at) if due_at else due.value_unset(),
                *updates,
            ]
        )
        self._show()

    def _show(self) -> None:
        workflow.set_current_details(wording.details(self._order, self._status, self._attention()))

    def _attention(self) -> tuple[str, ...]:
        notes = [
            f"A push was not applied, because {objection}. It says: {push.reading.excerpt}"
            for push in self._inbox.pushes
            if (objection := push_judgement.objection(push, self._order_id))
        ]
        if self._inbox.unusable:
            notes.append(f"{len(self._inbox.unusable)} message(s) could not be read.")
        if self._inbox.dropped:
            notes.append(f"{self._inbox.dropped} older message(s) are no longer shown.")
        if self._status is OrderStatus.COMPLETED:
            concern = push_judgement.number_concern(self._phone_number, self._order.area_code)
            notes += [concern] if concern else []
        return tuple(notes)

    async def _tell(self, what: str) -> None:
        """Tell people. The order does not depend on it: it goes on when nobody could be told."""
        body = "\n".join([wording.waits_for(self._status), *self._attention()])
        try:
            await workflow.execute_activity_method(
                NotificationActivities.notify,
                Notification(title=f"Number order {self._order.location_id} {what}", body=body),
                start_to_close_timeout=timedelta(minutes=1),
                schedule_to_close_timeout=_NOTIFY_WITHIN,
                summary="Tell people",
            )
        except ActivityError:
            workflow.logger.warning("Nobody could be told that the order %s", what)
