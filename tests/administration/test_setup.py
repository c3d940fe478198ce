"""`number-orders setup` against a real server."""

import asyncio
import itertools
import json
import shutil
import sys
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    RemoveSearchAttributesRequest,
)
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from number_orders.administration import namespace
from number_orders.cli.setup import setup
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.contract import SEARCH_ATTRIBUTES
from tests.support.authority import Authority
from tests.support.command import EXAMPLES, run
from tests.support.ports import free_port
from tests.support.temporal_gateway import gateway
from tests.support.until import LONG_ENOUGH_SECONDS, until

_numbers = itertools.count(1)

Settings = dict[str, str]


@pytest.fixture
def settings(temporal: WorkflowEnvironment) -> Settings:
    """A server, and a namespace that it does not have."""
    return {
        "TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": f"setup-{next(_numbers)}",
    }


async def _client(settings: Settings) -> Client:
    return await Client.connect(
        settings["TEMPORAL_ADDRESS"], namespace=settings["TEMPORAL_NAMESPACE"]
    )


async def test_from_nothing(tmp_path: Path, settings: Settings) -> None:
    """It makes namespace and search attributes, and at once an order can be started and listed."""
    made = await run(tmp_path, "setup", "--json", **settings)
    assert (made.code, made.errors) == (0, "")
    store = EvidenceStore.open((tmp_path / "var" / "evidence").as_uri())
    assert json.loads(made.output) == {
        "namespace": settings["TEMPORAL_NAMESPACE"],
        "created": True,
        "retention_days": 90,
        "retention_days_before": None,
        "registered": [key.name for key in SEARCH_ATTRIBUTES],
        "store": await store.fingerprint(),
        "store_created": True,
    }
    assert await namespace.registered(await _client(settings)) == namespace.WANTED

    started = await run(tmp_path, "start", str(EXAMPLES / "cologne.json"), **settings)
    assert (started.code, started.errors) == (0, "")

    async def is_listed() -> None:
        """A listing shows an order a moment later."""
        listed = json.loads((await run(tmp_path, "list", "--json", **settings)).output)
        assert [order["LocationId"] for order in listed] == ["koeln-01"]

    await until(is_listed)


async def test_usable_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends once the server takes all attributes, of which a cluster hears late."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    asked: list[str] = []

    async def late(client: Client, name: str) -> bool:
        asked.append(name)
        return len(asked) > 1 and await usable(client, name)

    usable = namespace.usable
    monkeypatch.setattr(namespace, "usable", late)
    # Not as a process, whose end would take as long as the server does.
    await asyncio.to_thread(setup, retention_days=None, wait=0, as_json=True)
    assert asked == [*namespace.WANTED, *namespace.WANTED]
    client = await _client(settings)
    assert all([await usable(client, name) for name in namespace.WANTED])


async def test_again(tmp_path: Path, settings: Settings) -> None:
    """A second run changes nothing; what got lost meanwhile is registered again."""
    await run(tmp_path, "setup", **settings)
    again = await run(tmp_path, "setup", **settings)
    assert (again.code, again.errors) == (0, "")
    store = EvidenceStore.open((tmp_path / "var" / "evidence").as_uri())
    assert again.output == (
        f"Namespace {settings['TEMPORAL_NAMESPACE']}: exists; it keeps ended orders for 90 days.\n"
        f"Search attributes: all {len(SEARCH_ATTRIBUTES)} are registered.\n"
        f"Evidence store {await store.fingerprint()}: exists.\n"
    )
    client = await _client(settings)
    await client.operator_service.remove_search_attributes(
        RemoveSearchAttributesRequest(namespace=client.namespace, search_attributes=["City"])
    )
    mended = await run(tmp_path, "setup", **settings)
    assert "registered City.\n" in mended.output
    assert await namespace.registered(client) == namespace.WANTED


@pytest.mark.parametrize(
    ("before", "environment", "after"),
    [
        (1, {}, 90),
        (400, {}, 400),
        (400, {"NAMESPACE_RETENTION_DAYS": "40"}, 40),
        (1, {"NAMESPACE_RETENTION_DAYS": "7"}, 7),
    ],
)
async def test_retention(
    tmp_path: Path,
    settings: Settings,
    before: int,
    environment: Settings,
    after: int,
) -> None:
    """Retention is raised to 90 days, never shortened unless somebody says so, and nothing else."""
    await run(tmp_path, "setup", "--retention-days", str(before), **settings)
    changed = await run(tmp_path, "setup", "--json", **environment, **settings)
    done = json.loads(changed.output)
    assert done["retention_days"] == after
    assert done["retention_days_before"] == (None if before == after else before)
    client = await _client(settings)
    kept = await namespace.retention(client)
    assert kept is not None
    assert kept.days == after
    assert await namespace.registered(client) == namespace.WANTED


async def test_another_type(tmp_path: Path, settings: Settings) -> None:
    """An attribute of another type is refused in one line, and nothing is registered."""
    client = await _client(settings)
    await run(tmp_path, "setup", **settings)
    await client.operator_service.remove_search_attributes(
        RemoveSearchAttributesRequest(
            namespace=client.namespace, search_attributes=["City", "DueAt"]
        )
    )
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={"DueAt": IndexedValueType.INDEXED_VALUE_TYPE_INT},
        )
    )
    refused = await run(tmp_path, "setup", **settings)
    assert (refused.code, refused.output) == (1, "")
    assert "another type: DueAt (Int); orders need DueAt (Datetime)" in refused.errors
    assert refused.errors.count("\n") == 1
    assert "City" not in (await namespace.registered(client) or {})


async def test_waits_for_temporal(tmp_path: Path) -> None:
    """With --wait it may be started before the server."""
    port = free_port()
    address = {"TEMPORAL_ADDRESS": f"127.0.0.1:{port}"}
    at_once = await run(tmp_path, "setup", **address)
    assert at_once.code == 1
    assert "nothing listens there" in at_once.errors

    waiting = asyncio.create_task(
        run(tmp_path, "setup", "--wait", str(LONG_ENOUGH_SECONDS), **address)
    )
    binary = shutil.which("temporal", path=str(Path(sys.executable).parent))
    async with await WorkflowEnvironment.start_local(port=port, dev_server_existing_path=binary):
        done = await waiting
    assert (done.code, done.errors) == (0, "")
    assert "registered OrderStatus" in done.output


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--retention-days", "0"], 2, "--retention-days"),
        (["--wait", "-1"], 2, "--wait"),
    ],
)
async def test_wrong_usage(tmp_path: Path, options: list[str], code: int, says: str) -> None:
    """A wrong option is named before anything is called."""
    ended = await run(tmp_path, "setup", *options, TEMPORAL_ADDRESS="127.0.0.1:1")
    assert ended.code == code
    assert says in ended.errors


async def test_no_administration(tmp_path: Path, settings: Settings) -> None:
    """Where nobody may change namespaces, one line says what to do by hand; done, it is content."""
    authority = Authority(tmp_path / "authority")
    name = settings["TEMPORAL_NAMESPACE"]
    cloud = {
        "TEMPORAL_NAMESPACE": name,
        "TEMPORAL_API_KEY": "key-of-the-cloud",
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(authority.certificate),
    }
    async with gateway(
        settings["TEMPORAL_ADDRESS"],
        authority.issue("server"),
        api_key="key-of-the-cloud",
        namespace=name,
    ) as address:
        cloud["TEMPORAL_ADDRESS"] = address
        refused = await run(tmp_path, "setup", **cloud)
        assert (refused.code, refused.output) == (1, "")
        assert refused.errors.count("\n") == 1
        assert f"create the namespace {name} with a retention of 90 days" in refused.errors
        assert "OrderStatus (Keyword)" in refused.errors
        assert "StatusSince (Datetime)" in refused.errors

        await run(tmp_path, "setup", "--retention-days", "60", **settings)
        content = await run(tmp_path, "setup", **cloud)
        assert (content.code, content.errors) == (0, "")
        assert "it keeps ended orders for 60 days" in content.output

        longer = await run(tmp_path, "setup", "--retention-days", "70", **cloud)
        assert longer.code == 1
        assert f"tcld: set the retention of {name} to 70 days\n" in longer.errors
