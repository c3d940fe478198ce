"""The committed histories: where they are, and how they are read and written.

An era is one set of them: a history for each scenario, made by the workflow of that time.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from temporalio.client import WorkflowHistory

_FOLDER = Path(__file__).parent
ERAS = sorted(path.name for path in _FOLDER.glob("[0-9]*") if path.is_dir())
"""Oldest first."""


def histories(era: str) -> Iterator[tuple[str, WorkflowHistory]]:
    """The names and histories of an era."""
    for file in sorted((_FOLDER / era).glob("*.json")):
        yield file.stem, WorkflowHistory.from_json(f"number-order:{file.stem}", file.read_text())


def write(era: str, name: str, history: WorkflowHistory, recorder: str) -> None:
    """Keep a history, an event a line. `recorder` says which machine made it: that is left out."""
    events = json.loads(history.to_json().replace(recorder, "recorder"))["events"]
    lines = ",\n".join(json.dumps(event, ensure_ascii=False) for event in events)
    (_FOLDER / era).mkdir(exist_ok=True)
    (_FOLDER / era / f"{name}.json").write_text(f'{{"events": [\n{lines}\n]}}\n')
