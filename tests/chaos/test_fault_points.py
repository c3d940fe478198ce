"""Every point of a call that may be disturbed, and what may happen there.

For each way to be disturbed, one order stands still at each point; all of them are disturbed at
once, and then let go on. What may have been sent is never sent again, unless that costs nothing;
what provably was not sent, is.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from sys import executable

import httpx
import pytest

from number_orders.evidence.store import EvidenceStore
from number_orders.starters.orders import OrderHandle
from number_orders.workflows.models import DocumentType, OrderStatus
from number_orders.workflows.number_order import NumberOrder
from tests.chaos.fault_site import CANCELLATION, CASES, POINTS, Case, Site, until
from tests.chaos.services import Services
from tests.support.order_driver import PDF

pytestmark = pytest.mark.long

PLACED, UNKNOWN = OrderStatus.AWAITING_COMPLETION, OrderStatus.OUTCOME_UNKNOWN
CANCELLED = OrderStatus.CANCELLED

Expected = tuple[OrderStatus, int]
"""The order's status in the end, and how many POSTs of the call reached TENIOS."""


def at_each_point(
    place_order: Expected, record_finding: Expected, cancel_number: Expected
) -> dict[Case, Expected]:
    """The same wherever a call is disturbed."""
    of_calls = {
        "place_order": place_order,
        "record_finding": record_finding,
        "cancel_number": cancel_number,
    }
    return {(call, point): of_calls[call] for call, point in CASES}


# An order that a person did not find is sent once more, whatever becomes of writing that down.
UNDISTURBED = at_each_point((PLACED, 1), (PLACED, 2), (CANCELLED, 1))

TABLE: dict[str, dict[Case, Expected]] = {
    # A stopped worker finishes its call first.
    "stop": UNDISTURBED,
    # A cancelled order's call goes on to its end, and its number is given back; what a person did
    # not find is not sent once more.
    "cancel": at_each_point((CANCELLED, 1), (CANCELLED, 1), (CANCELLED, 1)),
    # What is done while Temporal is away is found in the ledger.
    "temporal-away": UNDISTURBED,
    # After a kill, a bare intent is all there is: nobody knows. To give a number back twice costs
    # nothing; what the ledger has is not done again.
    "kill": {
        **UNDISTURBED,
        ("place_order", "after-intent"): (UNKNOWN, 0),
        ("place_order", "connect"): (UNKNOWN, 0),
        ("place_order", "sent"): (UNKNOWN, 1),
        ("place_order", "accepted"): (UNKNOWN, 1),
        ("place_order", "answered"): (UNKNOWN, 1),
        ("place_order", "before-outcome"): (UNKNOWN, 1),
        ("cancel_number", "answered"): (CANCELLED, 2),
        ("cancel_number", "before-given_back"): (CANCELLED, 2),
    },
}


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Temporal with its state in a file, sandbox, bridge, and one worker that pauses."""
    folder = tmp_path_factory.mktemp("fault-points")
    command = [executable, "-m", "tests.chaos.pausing_worker", str(folder)]
    services = Services(folder, {"worker": command})
    try:
        client = await services.start_all()
        services.end("worker-2", signal.SIGKILL)
        async with httpx.AsyncClient(base_url=services.sandbox_url, trust_env=False) as http:
            store = EvidenceStore.open(services.store_url)
            document = await store.keep_document(PDF, DocumentType.CONTRACT)
            yield Site(services, client, http, folder, store, document)
    finally:
        services.stop_all()


async def stop(site: Site, handles: dict[Case, OrderHandle]) -> None:
    site.services.end("worker-1", signal.SIGTERM)
    await asyncio.sleep(0.5)
    site.go_on(handles)
    while "worker-1" not in site.services.ended():
        await asyncio.sleep(0.1)
    site.services.start("worker-1")


async def cancel(site: Site, handles: dict[Case, OrderHandle]) -> None:
    for handle in handles.values():
        await handle.execute_update(NumberOrder.cancel, CANCELLATION)
    site.go_on(handles)
    for point in POINTS["place_order"]:
        await site.complete(handles["place_order", point])


async def temporal_away(site: Site, handles: dict[Case, OrderHandle]) -> None:
    site.services.end("temporal", signal.SIGKILL)
    site.go_on(handles)
    # Longer than the worker tries to report a result: the results are lost.
    await asyncio.sleep(60)
    site.services.start("temporal")


async def kill(site: Site, handles: dict[Case, OrderHandle]) -> None:
    site.services.end("worker-1", signal.SIGKILL)
    site.services.start("worker-1")


DISTURB: dict[str, Callable[[Site, dict[Case, OrderHandle]], Awaitable[None]]] = {
    "stop": stop,
    "cancel": cancel,
    "temporal-away": temporal_away,
    "kill": kill,
}


@pytest.fixture(scope="module", params=TABLE)
async def disturbed(
    request: pytest.FixtureRequest, site: Site
) -> tuple[str, dict[Case, OrderHandle]]:
    """Orders that were disturbed in one way, each at its point."""
    disturbance = request.param
    handles = await site.start(disturbance)
    await DISTURB[disturbance](site, handles)
    return disturbance, handles


@pytest.mark.parametrize("case", CASES, ids=".".join)
async def test_fault_point(
    site: Site, disturbed: tuple[str, dict[Case, OrderHandle]], case: Case
) -> None:
    """Whatever happens at this point, nothing is bought twice, and the order says how it stands."""
    disturbance, handles = disturbed
    status, posts = TABLE[disturbance][case]
    settled = await until(handles[case], status)

    assert len(await site.posts(case, handles[case])) == posts
    if status is UNKNOWN:
        assert settled.reason
