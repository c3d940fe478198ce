"""An order as lists name it, and commands about it as they are typed: whole, with its number."""

from number_orders.workflows.contract import WORKFLOW_ID_PREFIX


def listed(workflow_id: str) -> str:
    """The order as lists name it, such as koeln-01:2."""
    return workflow_id.removeprefix(WORKFLOW_ID_PREFIX)


def command(name: str, workflow_id: str, options: str = "") -> str:
    """A command about an order that can be copied, such as `number-orders status koeln-01`."""
    location_id, _, number = listed(workflow_id).partition(":")
    words = ["number-orders", name, location_id, number and f"--number {number}", options]
    return " ".join(word for word in words if word)


def start_again(workflow_id: str) -> str:
    """The command that starts an order once more which was ended in Temporal by force."""
    _, _, number = listed(workflow_id).partition(":")
    options = f"--number {number} --again" if number else "--again"
    return f"number-orders start with the same data and {options}"
