"""The committed histories: where they are, and how they are read and written.

An era is one set of them: a history for each scenario, made by the workflow of that time. An era
stays for as long as orders of its time may be in flight; docs/upgrades.md says how to see that.
"""

import json
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from number_orders.workflows import contract

_FOLDER = Path(__file__).parent
ERAS = sorted(path.name for path in _FOLDER.glob("[0-9]*") if path.is_dir())
"""Oldest first."""

WHAT_TO_DO = """
Orders in flight go on with this code, from histories that other code wrote (docs/upgrades.md).
- You did not mean to change what the workflow asks of Temporal: undo it.
- Its commands are others, or in another order (the replays of older eras fail): orders in flight
  would be stuck. Put the new way into `if workflow.patched("what-has-changed"):`, leave the old way
  beside it, and record the new one: make histories ERA=NNN-what-has-changed
- Only the content of commands has changed (a timeout, a duration, a search attribute; the replays
  pass): orders in flight get it with the next such command. If that is right for them, record it:
  make histories ERA=NNN-what-has-changed. If it is not, use `workflow.patched` as above.
Histories that are there are never recorded anew, and stay while orders of their time may run.
"""


def files(era: str) -> list[Path]:
    """An era's histories."""
    return sorted((_FOLDER / era).glob("*.json"))


def newest(name: str) -> Path:
    """A history of the newest era."""
    return _FOLDER / ERAS[-1] / f"{name}.json"


def read(file: Path) -> WorkflowHistory:
    """A history."""
    text = file.read_text()
    history = WorkflowHistory.from_json(f"number-order:{file.stem}", text)
    [order] = history.events[0].workflow_execution_started_event_attributes.input.payloads[:1]
    number = json.loads(order.data)["number"]
    return WorkflowHistory(contract.workflow_id(file.stem, number), history.events)


def write(era: str, name: str, history: WorkflowHistory, recorder: str) -> None:
    """Keep a history, an event a line, without what is about the machine that made it.

    `recorder` is how that machine calls itself.
    """
    text = history.to_json().replace(recorder, "recorder")
    events = json.loads(text, object_hook=_without_stack_trace)["events"]
    lines = ",\n".join(json.dumps(event, ensure_ascii=False) for event in events)
    (_FOLDER / era).mkdir(exist_ok=True)
    (_FOLDER / era / f"{name}.json").write_text(f'{{"events": [\n{lines}\n]}}\n')


def _without_stack_trace(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if name != "stackTrace"}
