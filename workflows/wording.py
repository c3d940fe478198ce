"""What people read about an order: what it waits for, and who must act. No street, no secret."""

from workflows.models import NumberOrderInput, OrderStatus

_WAITS_FOR = {
    OrderStatus.SUBMITTING_VERIFICATION: "The verification is being submitted to TENIOS.",
    OrderStatus.AWAITING_APPROVAL: (
        "A person at TENIOS checks the document. Once you know the decision, from the portal or by"
        " e-mail, send it: number-orders approve or number-orders reject."
    ),
    OrderStatus.REJECTED: "Nothing: the order was rejected.",
    OrderStatus.PLACING_ORDER: "The number is being ordered from TENIOS.",
    OrderStatus.OUTCOME_UNKNOWN: (
        "TENIOS may have taken the order or not, and it will not be sent again. The push will prove"
        " it; until then, look the order up in the TENIOS portal."
    ),
    OrderStatus.AWAITING_COMPLETION: "TENIOS completes the order and calls back.",
    OrderStatus.OVERDUE: (
        "The push is overdue. Ask TENIOS about the order; a late push still completes it."
    ),
    OrderStatus.COMPLETED: "Nothing: the number is ordered and live within 24 hours.",
    OrderStatus.TIMED_OUT: "Nothing: no push came. Ask TENIOS about the order.",
}


def waits_for(status: OrderStatus) -> str:
    """What happens next and who must act, as one or two sentences."""
    return _WAITS_FOR[status]


def details(order: NumberOrderInput, status: OrderStatus, attention: tuple[str, ...]) -> str:
    """The current details that the Web UI shows, in Markdown."""
    lines = [f"**{status}** — {waits_for(status)}"]
    if status is OrderStatus.AWAITING_APPROVAL:
        number = "" if order.number == 1 else f" --number {order.number}"
        lines += [
            "",
            "```",
            f"number-orders approve {order.location_id}{number}",
            f'number-orders reject {order.location_id}{number} --reason "..."',
            "```",
        ]
    if attention:
        lines += ["", "**Please look:**", *(f"- {note}" for note in attention)]
    return "\n".join(lines)
