"""Broken services, to show that the chaos run notices. Production code has no switch for them.

Run one with `python -m tests.chaos.mutants <name>`.
"""

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from temporalio import activity

from number_orders.activities.shared_verifications import SharedVerifications
from number_orders.bridge.intake import Intake, Receipt
from number_orders.cli.bridge import bridge
from number_orders.cli.worker import worker
from number_orders.evidence.attempts import AttemptLedger
from number_orders.evidence.verification_entries import Examined
from number_orders.evidence.verifications import VerificationRecords
from number_orders.runtime.process import run_process
from number_orders.tenios import client as tenios_client
from number_orders.tenios import errors
from number_orders.workflows import placement
from number_orders.workflows.activity_interface import Found, OrderAttempt, RecordFinding, Refused
from number_orders.workflows.messages import VerificationShared
from number_orders.workflows.models import ApprovedVerification
from number_orders.workflows.order_run import OrderRun
from number_orders.workflows.state import OrderState
from tests.chaos.hasty_worker import hurry


def _without_ledger() -> None:
    """Nobody looks at what was sent before."""

    async def find(*_: Any) -> None:
        return None

    AttemptLedger._find = find  # type: ignore[method-assign,assignment]  # noqa: SLF001 -- a mutant


def _ambiguous_is_retried() -> None:
    """An answer that does not come is taken for an order that was not sent."""
    send = tenios_client.TeniosClient.order_number

    async def order_number(self: Any, request: Any, **rest: Any) -> Any:
        try:
            return await send(self, request, **rest)
        except errors.MayHaveTakenEffect as unknown:
            raise errors.NotSent(str(unknown)) from unknown

    tenios_client.TeniosClient.order_number = order_number  # type: ignore[method-assign]


def _answered_before_stored() -> None:
    """The bridge says 202 and keeps the push a moment later."""
    take = Intake.take
    keeping: set[asyncio.Task[Receipt]] = set()

    async def take_later(self: Intake, push: Any) -> Receipt:
        if not self._forwarder.has_backlog(push.workflow_id):
            return await take(self, push)

        async def keep() -> Receipt:
            await asyncio.sleep(2)
            return await take(self, push)

        task = asyncio.create_task(keep())
        keeping.add(task)
        task.add_done_callback(keeping.discard)
        return Receipt.KEPT

    Intake.take = take_later  # type: ignore[method-assign]


def _finding_is_not_recorded() -> None:
    """What a person found is answered, and not written down."""

    async def record_finding(_: AttemptLedger, request: RecordFinding) -> OrderAttempt:
        answer = Found(finding=request.finding, resolved_by=request.resolved_by)
        return OrderAttempt(number=request.number, answer=answer)

    AttemptLedger.record_finding = record_finding  # type: ignore[method-assign,assignment]


def _early_approval_not_used_up() -> None:
    """An approval that TENIOS does not know of is tried again and again."""
    take = placement._take_refusal  # noqa: SLF001 -- a mutant

    def take_refusal(run: OrderRun, refused: Refused) -> None:
        before = run.state.decisions_used_up
        take(run, refused)
        run.state.decisions_used_up = before

    placement._take_refusal = take_refusal  # noqa: SLF001 -- a mutant


def _shared_before_the_approval() -> None:
    """The numbers that wait for a verification get it once it is submitted."""

    def shared_verification(self: OrderState) -> VerificationShared | None:
        if self.verification_id is None:
            return VerificationShared(reason="has ended") if self.ended else None
        return VerificationShared(
            verification=ApprovedVerification(
                verification_id=self.verification_id, approved_by="chaos", approved_at=self.since
            )
        )

    @activity.defn
    async def record_taken(*_: Any) -> bool:
        return True

    OrderState.shared_verification = property(shared_verification)  # type: ignore[assignment]
    # Else the ledger and the record keep the others from using it.
    SharedVerifications.record_taken = record_taken  # type: ignore[method-assign,assignment]
    _other_address_is_taken()


def _other_address_is_taken() -> None:
    """An order uses a verification whatever address that is about."""

    async def examine(*_: Any) -> Examined:
        return Examined()

    VerificationRecords.examine = examine  # type: ignore[method-assign,assignment]


_MUTATIONS: Mapping[str, tuple[str, Callable[[], None]]] = {
    "without-ledger": ("worker", _without_ledger),
    "ambiguous-is-retried": ("worker", _ambiguous_is_retried),
    "answered-before-stored": ("bridge", _answered_before_stored),
    "finding-is-not-recorded": ("worker", _finding_is_not_recorded),
    "early-approval-not-used-up": ("worker", _early_approval_not_used_up),
    "shared-before-the-approval": ("worker", _shared_before_the_approval),
    "other-address-is-taken": ("worker", _other_address_is_taken),
}

MUTANTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    name: {service: [sys.executable, "-m", "tests.chaos.mutants", name]}
    for name, (service, _) in _MUTATIONS.items()
}
"""Which service each mutant replaces, and by which command."""


def main(name: str) -> None:
    service, mutate = _MUTATIONS[name]
    mutate()
    hurry()
    run_process({"worker": worker, "bridge": bridge}[service])


if __name__ == "__main__":
    main(sys.argv[1])
