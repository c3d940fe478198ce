"""Real servers for all tests, on loopback: Temporal with a virtual clock, sandbox and bridge."""

import asyncio
import contextlib
import email.utils
import itertools
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from temporalio.testing import WorkflowEnvironment

from number_orders.activities.notifications import Notifications
from number_orders.activities.shared_verifications import SharedVerifications
from number_orders.activities.tenios import TeniosCalls
from number_orders.bridge.app import create_app as create_bridge
from number_orders.bridge.server import server_config
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from number_orders.sandbox.app import create_app as create_sandbox
from number_orders.tenios.client import TeniosClient
from number_orders.worker.main import running_worker
from number_orders.workflows.contract import SEARCH_ATTRIBUTES
from number_orders.workflows.payloads import DATA_CONVERTER
from tests.support.order_driver import OrderDriver
from tests.support.ports import free_port
from tests.support.until import LONG_ENOUGH_SECONDS

pytest_plugins = [
    "tests.support.channel",
    "tests.support.side_by_side",
    "tests.support.system",
    "tests.support.unhurried",
]

BRIDGE_KEYS = "test:" + "a2V5LW9mLXRoZS10ZXN0cy0wMDAwMDAwMDAwMDAwMDA="
ACCESS_KEY = "key-of-the-tests"

# Under nohup it is ignored, and so it would be by each process that a test starts, and hangs up.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


class _Server(uvicorn.Server):
    """A server in the tests' own loop, which leaves signals to pytest."""

    capture_signals = contextlib.nullcontext  # type: ignore[assignment]


def _plain(app: Starlette) -> uvicorn.Config:
    # uvicorn's own Date is as old as the last turn of the loop, which stands still between tests.
    return uvicorn.Config(_telling_time(app), date_header=False, log_config=None, access_log=False)


def _telling_time(app: Starlette) -> ASGIApp:
    async def tells_time(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_date(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["date"] = email.utils.formatdate(usegmt=True)
            await send(message)

        await app(scope, receive, send_with_date)

    return tells_time


@contextlib.asynccontextmanager
async def serving(
    app: Starlette, configure: Callable[[Starlette], uvicorn.Config] = _plain
) -> AsyncIterator[str]:
    """Serve an app on a free port; yields its base URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = _Server(configure(app))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@contextlib.asynccontextmanager
async def temporal_server(
    *, ui_port: int | None = None, **settings: object
) -> AsyncIterator[WorkflowEnvironment]:
    """Temporal's development server, in memory, with a virtual clock for each workflow.

    It serves its Web UI at `ui_port`, if there is one. `settings` are dynamic settings of the
    server, with underscores for dots.
    """
    binary = shutil.which("temporal", path=str(Path(sys.executable).parent))
    dynamic = {
        "frontend_WorkflowTimeSkippingEnabled": "true",
        # A timer would be up to a second late, and another workflow's forwarded clock is one.
        "history_timerProcessorMaxTimeShift": '"10ms"',
        # A worker that stops just as it polls would wait for a minute: temporalio/temporal#11841.
        "frontend_enableCancelWorkerPollsOnShutdown": "false",
        **settings,
    }
    values = [f"{name.replace('_', '.')}={value}" for name, value in dynamic.items()]
    async with await WorkflowEnvironment.start_time_skipping_v2(
        port=free_port(),
        ui=ui_port is not None,
        ui_port=ui_port,
        dev_server_existing_path=binary,
        dev_server_extra_args=[
            *(word for value in values for word in ("--dynamic-config-value", value)),
            *("--namespace", "empty"),
            *("--namespace", "elsewhere"),
            # Where no worker ever runs.
            *("--namespace", "deserted"),
        ],
        data_converter=DATA_CONVERTER,
        search_attributes=SEARCH_ATTRIBUTES,
    ) as environment:
        yield environment


@pytest.fixture(scope="session")
async def temporal() -> AsyncIterator[WorkflowEnvironment]:
    """The server that most tests share."""
    async with temporal_server() as environment:
        yield environment


@pytest.fixture(scope="session")
async def sandbox_url() -> AsyncIterator[str]:
    """The sandbox in its manual mode: nothing is approved or completed by itself."""
    app = create_sandbox(access_keys=frozenset({ACCESS_KEY}), state_file=None, auto_seconds=None)
    async with serving(app) as url:
        yield url


@contextlib.asynccontextmanager
async def bridge_serving(temporal: WorkflowEnvironment, store: EvidenceStore) -> AsyncIterator[str]:
    """A bridge; yields its base URL."""
    app = create_bridge(
        temporal.client,
        CallbackKeys.parse(BRIDGE_KEYS),
        store,
        Messenger(SecretStr("")),
        secret_required=False,
        # A push that is kept meanwhile comes too, but later, and another status answers it.
        temporal_limit_seconds=LONG_ENOUGH_SECONDS,
    )
    async with serving(app, server_config) as url:
        yield url


@pytest.fixture(scope="session")
async def bridge_url(temporal: WorkflowEnvironment, store: EvidenceStore) -> AsyncIterator[str]:
    """The bridge."""
    async with bridge_serving(temporal, store) as url:
        yield url


@pytest.fixture(scope="session")
def store_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the evidence store of the test run is."""
    return tmp_path_factory.mktemp("evidence").as_uri()


@pytest.fixture(scope="session")
def store(store_url: str) -> EvidenceStore:
    """An evidence store in a folder of the test run."""
    return EvidenceStore.open(store_url, create=True)


@pytest.fixture(scope="session")
async def tenios(sandbox_url: str) -> AsyncIterator[TeniosClient]:
    """The client, with a limit short enough to wait for."""
    async with TeniosClient(
        base_url=sandbox_url, access_key=SecretStr(ACCESS_KEY), call_limit_seconds=3
    ) as client:
        yield client


_locations = itertools.count(1)


@pytest.fixture
def location_id() -> str:
    """A location that no other test uses."""
    return f"location-{next(_locations)}"


@contextlib.asynccontextmanager
async def worker_running(
    temporal: WorkflowEnvironment, bridge_url: str, store: EvidenceStore, tenios: TeniosClient
) -> AsyncIterator[None]:
    """A worker runs meanwhile."""
    calls = TeniosCalls(
        tenios, store, CallbackKeys.parse(BRIDGE_KEYS), bridge_url, Messenger(SecretStr(""))
    )
    notifications = Notifications(Messenger(SecretStr("")))
    async with running_worker(
        temporal.client,
        calls,
        SharedVerifications(store),
        notifications,
        calls_per_second=1000,
        sandboxed=True,
    ):
        yield


@pytest.fixture(scope="session")
async def working(
    temporal: WorkflowEnvironment, bridge_url: str, store: EvidenceStore, tenios: TeniosClient
) -> AsyncIterator[None]:
    """A worker runs."""
    async with worker_running(temporal, bridge_url, store, tenios):
        yield


@pytest.fixture
async def driver(
    temporal: WorkflowEnvironment,
    sandbox_url: str,
    store: EvidenceStore,
    location_id: str,
    working: None,
) -> AsyncIterator[OrderDriver]:
    """Drives one order: does the people's part, the vendor's part, and the virtual clock's.

    When the test is over, the order's history must replay.
    """
    async with httpx.AsyncClient(base_url=sandbox_url, trust_env=False) as http:
        driver = OrderDriver(temporal, http, store, location_id)
        yield driver
        await driver.close()
