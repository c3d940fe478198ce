"""The committed histories: they replay, they are what their names say, and none is missing.

A replay follows an order from its start to where its history ends, and there it stops: it does not
see what comes next. So each order that waits must lie on the way of another one, of the same era,
that goes on from there.
"""

import base64
import json
import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.workflows import contract
from number_orders.workflows.activity_interface import (
    NotificationActivities,
    PushActivities,
    TeniosActivities,
)
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.number_order import NumberOrder
from number_orders.workflows.payloads import WORKFLOW_DATA_CONVERTER
from number_orders.workflows.results import NumberOrderResult
from number_orders.workflows.shared_verifications import VerificationActivities
from tests.conftest import ACCESS_KEY, BRIDGE_KEYS
from tests.histories.commands import commands, statuses
from tests.histories.committed import ERAS, WHAT_TO_DO, files, read

FINAL = {OrderStatus.COMPLETED, OrderStatus.TIMED_OUT, OrderStatus.CANCELLED}

each_history = pytest.mark.parametrize(
    "file",
    list(chain.from_iterable(files(era) for era in ERAS)),
    ids=lambda file: f"{file.parent.name}/{file.stem}",
)
each_era = pytest.mark.parametrize("era", ERAS)


@each_history
async def test_replays(file: Path) -> None:
    """Each history replays on the code as it is."""
    replayer = Replayer(workflows=[NumberOrder], data_converter=WORKFLOW_DATA_CONVERTER)
    replayed = await replayer.replay_workflow(read(file), raise_on_replay_failure=False)
    if replayed.replay_failure:
        pytest.fail(f"{replayed.replay_failure}\n{WHAT_TO_DO}", pytrace=False)


@each_history
async def test_reached(file: Path) -> None:
    """Each history has reached what its name says."""
    state, status, _ = file.stem.split(".")
    history = read(file)
    last = history.events[-1]

    assert statuses(history)[-1] == status
    if state == "waiting":
        assert not [c for c in commands(history) if c.kind.startswith("workflow_execution")]
    else:
        told = last.workflow_execution_completed_event_attributes.result
        failure = last.workflow_execution_failed_event_attributes.failure
        if status != OrderStatus.COMPLETED:
            told = failure.application_failure_info.details
        [result] = await pydantic_data_converter.decode(told.payloads, [NumberOrderResult])
        assert result.outcome == status
        assert failure.message in {"", result.summary}


def test_each_status_and_outcome() -> None:
    """In the newest era an order waits in each status, and ends with each outcome."""
    reached = {tuple(file.stem.split(".")[:2]) for file in files(ERAS[-1])}
    waiting = {("waiting", str(status)) for status in set(OrderStatus) - FINAL}
    ended = {("ended", str(status)) for status in FINAL | {OrderStatus.REJECTED}}

    assert reached == waiting | ended


def test_each_activity() -> None:
    """In the newest era each activity is called."""
    called = {command.kind for file in files(ERAS[-1]) for command in commands(read(file))}
    activities = frozenset[str]().union(
        *(
            kind.__abstractmethods__
            for kind in (
                TeniosActivities,
                PushActivities,
                NotificationActivities,
                VerificationActivities,
            )
        )
    )

    assert {f"activity_task_scheduled {activity}" for activity in activities} <= called


@each_era
def test_each_order_that_waits_goes_on(era: str) -> None:
    """Each order that waits is on the way of one that goes on, so that replays cover what comes."""
    all_commands = {file.stem: commands(read(file)) for file in files(era)}
    ends_there = [
        name
        for name, before in all_commands.items()
        if name.startswith("waiting.")
        and not any(
            len(after) > len(before) and after[: len(before)] == before
            for after in all_commands.values()
        )
    ]

    assert ends_there == []


@each_history
def test_no_secret_and_no_machine(file: Path) -> None:
    """No key, token or push secret is in a history, and nothing of the machine that made it."""
    text = "\n".join(_texts(json.loads(file.read_text())))
    callback = CallbackKeys.parse(BRIDGE_KEYS).callback(contract.workflow_id(file.stem))

    assert file.stem in text
    for secret in (ACCESS_KEY, BRIDGE_KEYS, callback.token, callback.secret, "/push/"):
        assert secret not in text
    # A process, a place in a file, an address.
    assert not re.search(r"\d+@[\w.-]+|\.py\b|127\.0\.0\.1|localhost", text)


def _texts(value: Any) -> list[str]:
    """All texts in a history; what is in base64 or JSON is read too, however deep."""
    if isinstance(value, dict | list):
        return [text for item in _items(value) for text in _texts(item)]
    if not isinstance(value, str):
        return []
    try:
        inner = base64.b64decode(value, validate=True).decode()
    except ValueError:
        inner = value
    try:
        parsed = json.loads(inner)
    except ValueError:
        return [value, inner]
    return [value, inner, *(_texts(parsed) if isinstance(parsed, dict | list) else [])]


def _items(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value
