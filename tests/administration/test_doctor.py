"""`number-orders doctor` against real processes, whole and broken."""

import time
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from temporalio.api.operatorservice.v1 import RemoveSearchAttributesRequest

from number_orders.administration.doctor.finding import Level
from number_orders.administration.doctor.temporal import clock_compared, clock_offset
from number_orders.administration.doctor.workers import workers
from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.received_push import ReceivedPush
from number_orders.evidence.store import EvidenceStore
from number_orders.pushes.fields import content_of
from number_orders.runtime.callback_keys import CallbackKeys
from tests.conftest import BRIDGE_KEYS
from tests.support.command import run
from tests.support.installation import Installation, Settings

OTHER_URL = "TENIOS sends their orders' pushes elsewhere -> give the same BRIDGE_PUBLIC_URL to all"
NEW_KEY = "new:bmV3LWtleS1vZi10aGUtZG9jdG9y"


async def test_all_is_well(installation: Installation) -> None:
    """Where all is well, each line is ok and it ends with 0."""
    ended = await run(installation.folder, "doctor", **installation.settings)
    assert (ended.code, ended.errors) == (0, "")
    *lines, empty, summary = ended.output.splitlines()
    assert [line for line in lines if not line.startswith("ok    ")] == []
    assert (empty, summary) == ("", f"0 failed, 0 warnings, 0 skipped, {len(lines)} ok")


def _other_store(installation: Installation) -> str:
    folder = installation.folder / "other"
    folder.mkdir(exist_ok=True)
    (folder / "identity").write_text("another")
    return folder.as_uri()


Changes = Callable[[Installation], Settings]


@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        (lambda _: {"TENIOS_ACCESS_KEY": ""}, {"tenios key": "TENIOS_ACCESS_KEY is missing"}),
        (
            lambda _: {"BRIDGE_KEYS": ""},
            {"keys": "BRIDGE_KEYS is missing", "bridge": "needs BRIDGE_PUBLIC_URL and BRIDGE_KEYS"},
        ),
        (
            lambda _: {"BRIDGE_PUBLIC_URL": "bridge"},
            {
                "public url": "expected an http(s) URL",
                "bridge": "needs BRIDGE_PUBLIC_URL",
                "worker public url": "not known",
            },
        ),
        (
            lambda _: {"BRIDGE_PUBLIC_URL": "http://bridge.example"},
            {
                "public url": "in plain text -> use https://",
                "bridge": "not asked in plain text",
                "worker public url": OTHER_URL,
            },
        ),
        (
            lambda _: {"BRIDGE_PUBLIC_URL": "http://127.0.0.1:1"},
            {
                "bridge": "cannot be connected to -> start it: number-orders bridge",
                "worker public url": OTHER_URL,
            },
        ),
        (
            lambda _: {"BRIDGE_KEYS": f"{BRIDGE_KEYS},{NEW_KEY}"},
            {"bridge": "does not have the key new -> give the same BRIDGE_KEYS"},
        ),
        (
            lambda _: {"TENIOS_BASE_URL": "http://127.0.0.1:1"},
            {
                "tenios": "cannot be connected to -> check TENIOS_BASE_URL",
                "worker tenios": "they order elsewhere -> give the same TENIOS_BASE_URL to all",
            },
        ),
        (
            lambda _: {"TENIOS_BASE_URL": "http://tenios.example"},
            {
                "tenios": "the access key would travel in plain text",
                "worker tenios": "they order elsewhere -> give the same TENIOS_BASE_URL to all",
            },
        ),
        (
            lambda installation: {"STORE_URL": _other_store(installation)},
            {
                "worker store": "another one than this command's",
                "bridge": "it uses another evidence store",
            },
        ),
        (
            lambda installation: {"STORE_URL": (installation.folder / "nowhere").as_uri()},
            {
                "store": "STORE_URL: there is no folder",
                "kept pushes": "the store cannot be used",
                "worker store": "not known",
            },
        ),
        (
            lambda _: {"STORE_URL": "ftp://nowhere"},
            {
                "store": "STORE_URL: the evidence store cannot be opened",
                "kept pushes": "the store cannot be used",
                "worker store": "not known",
            },
        ),
        (
            lambda _: {"TEMPORAL_ADDRESS": "127.0.0.1:1"},
            {
                "temporal": "nothing listens there; start it",
                "namespace": "Temporal is not reachable",
                "search attributes": "Temporal is not reachable",
                "temporal clock": "Temporal is not reachable",
                "workers": "Temporal is not reachable",
                "orders": "Temporal is not reachable",
            },
        ),
        (
            lambda _: {"TEMPORAL_NAMESPACE": "nowhere"},
            {
                "namespace": "there is no nowhere -> number-orders setup makes it",
                "search attributes": "needs the namespace",
                "temporal clock": "needs the namespace",
                "workers": "needs the namespace",
                "orders": "needs the namespace",
                "bridge": "to the namespace doctor, not to nowhere",
            },
        ),
        (
            lambda _: {"TEMPORAL_NAMESPACE": "bare"},
            {
                "namespace": "after that only the attempt ledger remembers them -> number-orders",
                "search attributes": "missing: ",
                "workers": "none polls for orders, calls to TENIOS, other activities ->",
                "worker version": "no worker polls",
                "bridge": "to the namespace doctor, not to bare",
            },
        ),
        (
            lambda _: {"TEMPORAL_DEPLOYMENT_NAME": "x", "TEMPORAL_WORKER_BUILD_ID": "1"},
            {"worker version": "the workers that poll have no version -> restart them"},
        ),
        (
            lambda _: {"TEMPORAL_DEPLOYMENT_NAME": "x"},
            {"worker version": "needs TEMPORAL_WORKER_BUILD_ID beside it"},
        ),
    ],
)
async def test_broken(
    installation: Installation, changes: Changes, failing: dict[str, str]
) -> None:
    """What is broken is said with its remedy, and hides nothing of what is well."""
    code, found = await installation.examined(**changes(installation))
    lines = {
        check: [f"{f['found']} -> {f['remedy']}" for f in findings if f["level"] != "ok"]
        for check, findings in found.items()
    }
    assert {check for check, wrong in lines.items() if wrong} == set(failing)
    for check, says_so in failing.items():
        assert any(says_so in line for line in lines[check]), lines[check]
    assert code == any(f["level"] == "FAIL" for findings in found.values() for f in findings)


async def test_attribute_is_missing(installation: Installation) -> None:
    """A search attribute that got lost is named; setup brings it back."""
    await installation.client.operator_service.remove_search_attributes(
        RemoveSearchAttributesRequest(
            namespace=installation.client.namespace, search_attributes=["City"]
        )
    )
    _, found = await installation.examined()
    [finding] = found["search attributes"]
    assert (finding["level"], finding["found"]) == ("FAIL", "missing: City (Keyword)")
    await run(installation.folder, "setup", **installation.settings)
    code, _ = await installation.examined()
    assert code == 0


async def test_dead_letter(installation: Installation) -> None:
    """Pushes that wait are a warning, and no failure."""
    kept = KeptPushes(EvidenceStore.open(installation.settings["STORE_URL"]))
    callback = CallbackKeys.parse(BRIDGE_KEYS).callback("number-order:nobody")
    push_id = await kept.keep(
        ReceivedPush.of(callback, content_of(b"{}"), httpx.Headers(), "url"), "dead"
    )
    code, found = await installation.examined()
    assert await kept.move(push_id, "dead", "archive")
    [finding] = found["kept pushes"]
    assert (code, finding["level"]) == (0, "warn")
    assert finding["found"] == "0 wait for Temporal, 1 is a dead letter"


async def test_worker_that_stopped(installation: Installation) -> None:
    """A worker that Temporal still lists, but that polls no more, counts for nothing."""
    now = [*await workers(installation.client, None, {}, timedelta(0))]
    assert now[0].level is Level.OK
    later = [*await workers(installation.client, None, {}, timedelta(minutes=2))]
    assert later[0].level is Level.FAIL
    assert "; the last one did at" in later[0].found


async def test_temporal_clock(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """How far Temporal's clock is from ours is measured, to either side."""
    offset = await clock_offset(installation.client)
    assert offset is not None
    assert abs(offset) < timedelta(seconds=5)
    real = time.time
    for shift in (-60, 60):
        monkeypatch.setattr(
            "number_orders.administration.doctor.temporal.time.time", lambda s=shift: real() + s
        )
        offset = await clock_offset(installation.client)
        assert offset is not None
        assert abs(offset.total_seconds() + shift) < 5
        [finding] = clock_compared("temporal clock", offset)
        assert finding.level is Level.WARN
        assert f"60 s {'behind' if shift > 0 else 'ahead of'} ours" in finding.found
