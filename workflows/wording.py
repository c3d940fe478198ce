"""What people read about an order: what it waits for, and who must act. No street, no secret."""

from collections.abc import Sequence
from datetime import date, datetime

from number_orders.workflows import contract
from number_orders.workflows.messages import (
    Cancellation,
    Completed,
    Correction,
    Decision,
    Placed,
    Resolution,
)
from number_orders.workflows.models import NumberOrderInput, OrderStatus
from number_orders.workflows.naming import command, listed

_WAITS_FOR = {
    OrderStatus.SUBMITTING_VERIFICATION: "The verification is being submitted to TENIOS.",
    OrderStatus.AWAITING_APPROVAL: (
        "A person at TENIOS checks the document. Once you know the decision, from the portal or by"
        " e-mail, report it."
    ),
    OrderStatus.REJECTED: "Correct address, area code or document, and submit them again.",
    OrderStatus.PLACING_ORDER: "The number is being ordered from TENIOS.",
    OrderStatus.OUTCOME_UNKNOWN: (
        "TENIOS may have taken the order or not, and it will not be sent again. The push will prove"
        " it; until then, look the order up in the TENIOS portal and say what you found."
    ),
    OrderStatus.AWAITING_COMPLETION: "TENIOS completes the order and calls back.",
    OrderStatus.AWAITING_NUMBER: (
        "TENIOS says that the order is completed, and nobody knows its number: look it up in the"
        " TENIOS portal and say it. A later push that names it does the same."
    ),
    OrderStatus.OVERDUE: (
        "The push is overdue. Ask TENIOS about the order, and say what you found: a late push still"
        " completes it, too."
    ),
    OrderStatus.CANCELLING: (
        "The number is being given back to TENIOS. If that needs you, the reason says so."
    ),
}

_NUMBER_FOUND = "--completed NUMBER"

NO_VERIFICATION_ID = (
    "TENIOS' answer named no verification id, so the approval has to bring it (--verification-id)."
)

# What the Web UI says of each signal and update where it offers them.
_FILL_IN = "The order's details, under User Metadata, have the JSON to copy and fill in."
DECIDED = f"What TENIOS decided about the verification. {_FILL_IN}"
COMPLETED = "TENIOS' push, which the bridge sends; a person sends resolve_order."
ANY_SIGNAL = "Any other signal changes nothing; the order's details show that it came."
RESUBMIT = f"Correct what was rejected, and submit it again. {_FILL_IN}"
RESOLVE_ORDER = f"What you found out about the order in the TENIOS portal. {_FILL_IN}"
CANCEL = f"Cancel the order; its number is given back to TENIOS. {_FILL_IN}"


def title(order: NumberOrderInput) -> str:
    """The order in one line, for lists of workflows."""
    area = f" ({order.area_code})" if order.area_code else ""
    return f"{name(order)}: {order.address.city}{area}"


def at_tenios(
    verification_id: str | None, order_id: str | None, phone_number: str | None
) -> str | None:
    """What it is called in the TENIOS portal; `None` as long as TENIOS has named nothing."""
    named = {"verification": verification_id, "order": order_id, "number": phone_number}
    parts = [f"{what} {name}" for what, name in named.items() if name is not None]
    return f"At TENIOS: {', '.join(parts)}" if parts else None


def waits_for(order: NumberOrderInput, status: OrderStatus) -> str:
    """What happens next to an order that has not ended, and who must act."""
    if status is not OrderStatus.AWAITING_VERIFICATION:
        return _WAITS_FOR[status]
    which, number = "another number", order.verification_from
    if number is not None:
        which = f"number {number} ({listed(contract.workflow_id(order.location_id, number))})"
    return (
        f"It waits for {which}, which has the verification checked, and is ordered with that once"
        " TENIOS has taken that number's order."
    )


def by_command(
    status: OrderStatus,
    workflow_id: str,
    *,
    has_verification_id: bool = True,
    has_document: bool = True,
) -> str | None:
    """What brings an order on, as people with a terminal type it; `None` if nothing does.

    The Web UI offers it beside its own way.
    """
    match status:
        case OrderStatus.AWAITING_APPROVAL:
            approve = command(
                "approve", workflow_id, "" if has_verification_id else "--verification-id ID"
            )
            reject = command("reject", workflow_id, '--reason "..."')
            return f"{approve} or {reject}"
        case OrderStatus.REJECTED:
            resubmit = command("resubmit", workflow_id, "--document FILE --document-type TYPE")
            if has_document:
                return f"{resubmit}, or with what else is wrong, such as --street"
            return (
                f'{resubmit}, or with --unchanged --reason "..." to use what another number of the'
                " address was placed with, or with --verification-id ID --approved-by NAME"
            )
        case OrderStatus.OUTCOME_UNKNOWN:
            resolve = command("resolve", workflow_id, "--placed ORDER_ID")
            return f"{resolve}, or with --not-placed, {_NUMBER_FOUND} or --abandon"
        case OrderStatus.AWAITING_NUMBER | OrderStatus.OVERDUE:
            return f"{command('resolve', workflow_id, _NUMBER_FOUND)}, or with --abandon"
        case _:
            return None


def has_number(order: NumberOrderInput, phone_number: str | None, live_by: datetime | None) -> str:
    """That an order ended with its number."""
    if phone_number is None:
        return f"{name(order)} has a number, and nobody here knows which."
    live = f", live by {live_by:%Y-%m-%d %H:%M} UTC" if live_by else ""
    return f"{name(order)} has the number {phone_number}{live}."


def has_no_number(order: NumberOrderInput, why: str) -> str:
    """That an order ended without a number, and why."""
    return f"{name(order)} has no number: {why.removesuffix('.')}."


def ask_tenios(order_id: str | None) -> str:
    """That TENIOS may still do what was waited for in vain."""
    order = f"order {order_id}" if order_id else "its order"
    return f"Ask TENIOS about {order}: it may still be completed, and charged for."


def more_to_look_at(order: NumberOrderInput) -> str:
    """Where the rest stands that a person should look at."""
    return f"There is more to look at: {_typed('status', order)}."


def cancellation(requested: Cancellation) -> str:
    """Who wants the order cancelled, and why."""
    reason = f": {requested.reason}" if requested.reason else ""
    return f"cancelled by {requested.requested_by}{reason}"


def push_not_applied(
    order: NumberOrderInput, status: OrderStatus, objection: str, excerpt: str
) -> str:
    """That a push of TENIOS' did not complete the order, and what a person can do about it."""
    note = f"A push was not applied, because {objection}. It says: {excerpt}"
    if status not in {OrderStatus.AWAITING_COMPLETION, OrderStatus.OVERDUE}:
        return note
    say = _typed("resolve", order, _NUMBER_FOUND)
    return f"{note} Look the order up in the TENIOS portal, and say it: {say}, or with --abandon."


def pending_cancellation(requested: Cancellation, status: OrderStatus) -> list[str]:
    """What a cancellation that was asked for waits for, where it cannot take effect at once."""
    waits = {
        OrderStatus.PLACING_ORDER: "It happens once it is known whether TENIOS took the order.",
        OrderStatus.OUTCOME_UNKNOWN: "It happens once it is known whether TENIOS took the order.",
        OrderStatus.AWAITING_COMPLETION: "The number is given back once TENIOS has named it.",
        OrderStatus.AWAITING_NUMBER: "The number is given back once it is known.",
        OrderStatus.OVERDUE: "The number is given back once TENIOS has named it.",
        OrderStatus.TIMED_OUT: "TENIOS never named its number: ask TENIOS to cancel it.",
    }
    if status not in waits:
        return []
    return [f"{requested.requested_by} wants the order cancelled. {waits[status]}"]


def resolution(resolved: Resolution) -> str:
    """What a person found out."""
    reason = f": {resolved.reason}" if resolved.reason else ""
    match resolved.finding:
        case Placed(order_id=order_id):
            finding = f"placed as order {order_id}"
        case Completed(phone_number=phone_number):
            finding = f"completed with {phone_number}"
        case other:
            finding = other.kind.replace("_", " ")
    return f"Found by {resolved.resolved_by}: {finding}{reason}"


def correction(correction: Correction) -> str:
    """Who submitted the verification again, and why."""
    again = "submitted again without a change" if correction.unchanged else "corrected"
    reason = f": {correction.reason}" if correction.reason else ""
    return f"The verification was {again} by {correction.corrected_by}{reason}"


def abandoned(order_id: str | None) -> str:
    """That TENIOS may still do what nobody waits for any longer."""
    order = f"order {order_id}" if order_id else "its order"
    return f"Nobody waits any longer for {order}: TENIOS may still complete it, and charge for it."


def another_number(order: NumberOrderInput, status: OrderStatus, named: Sequence[str]) -> list[str]:
    """That TENIOS' pushes name other numbers than the person did who completed the order."""
    if not named:
        return []
    note = f"A push says that the order has another number than a person named: {', '.join(named)}."
    if status is OrderStatus.CANCELLING:
        return [f"{note} If that is right, say it: {confirmed_number(order)}."]
    return [f"{note} Look in the TENIOS portal which one it has."]


def given_back(phone_number: str | None, on: date) -> str:
    """Until when a cancelled order's number costs money."""
    return f"TENIOS takes {phone_number or 'its number'} back on {on}."


def not_given_back(phone_number: str | None) -> str:
    """That a cancelled order still costs money."""
    return f"{phone_number or 'Its number'} was not given back: cancel it in the TENIOS portal."


def unusable(signal: str, problem: str) -> str:
    """Why a signal that somebody sent changes nothing."""
    return f"The signal {signal} could not be used: {problem}. Send it again as it should be."


def came_second(decided: Decision) -> str:
    """That a decision does not count, since a person told another one before."""
    decision = "approval" if decided.approved else "rejection"
    return f"The {decision} by {decided.decided_by} does not count: another decision came before."


def finding_came_late(resolved: Resolution) -> str:
    """That a finding does not count, since the ledger had the outcome already."""
    finding = resolved.finding.kind.replace("_", " ")
    return (
        f"What {resolved.resolved_by} found ({finding}) does not count: the attempt ledger had the"
        " outcome before."
    )


def unanswered(order: NumberOrderInput, status: OrderStatus, since: datetime) -> str:
    """That the current call is repeated; only the command sees why, which no workflow is told."""
    note = (
        f"The call to TENIOS has not come through since {since:%Y-%m-%d %H:%M} UTC and is repeated:"
        f" {_typed('status', order)} says why."
    )
    if status is not OrderStatus.PLACING_ORDER:
        return note
    return (
        f"{note} If TENIOS does not accept the access key though other orders come through, it may"
        f" be the verification id: {_typed('approve', order, '--verification-id ID')}, or"
        f" {by_command(OrderStatus.REJECTED, _id(order))}."
    )


def confirmed_number(order: NumberOrderInput) -> str:
    """The command by which a person names the order's number."""
    return _typed("resolve", order, _NUMBER_FOUND)


def name(order: NumberOrderInput) -> str:
    """The order as lists name it."""
    return listed(_id(order))


def _typed(command_name: str, order: NumberOrderInput, options: str = "") -> str:
    return command(command_name, _id(order), options)


def _id(order: NumberOrderInput) -> str:
    return contract.workflow_id(order.location_id, order.number)
