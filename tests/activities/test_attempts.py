"""The attempt ledger: at most one order POST per attempt, whoever runs the activity again."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr
from temporalio.testing import ActivityEnvironment

from activities.tenios import TeniosCalls
from runtime.callback_keys import CallbackKeys
from runtime.evidence_store import EvidenceStore
from sandbox.app import create_app
from tenios import errors
from tenios.client import TeniosClient
from tenios.models import VerificationRequest
from tests.conftest import BRIDGE_KEYS, serving
from tests.tenios.test_client import verification_request
from workflows.models import OrderPlaced, OutcomeUnknown, PlaceOrder


class Vendor:
    """A sandbox of the test's own, and the activity in front of it."""

    def __init__(self, http: httpx.AsyncClient, calls: TeniosCalls, request: PlaceOrder) -> None:
        self.http = http
        self.calls = calls
        self.request = request

    async def place(self) -> object:
        return await ActivityEnvironment().run(self.calls.place_order, self.request)

    async def behave(self, **behaviour: object) -> None:
        content = {"path": "/number/order", **behaviour}
        (await self.http.post("/_sandbox/behaviours", json=content)).raise_for_status()

    async def orders(self) -> int:
        return len((await self.http.get("/_sandbox/orders")).json())


@pytest.fixture
async def vendor(store: EvidenceStore, location_id: str) -> AsyncIterator[Vendor]:
    app = create_app(access_keys=frozenset({"k"}), state_file=None, auto_seconds=None)
    async with (
        serving(app) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
        TeniosClient(base_url=url, access_key=SecretStr("k"), call_limit_seconds=1) as client,
    ):
        request: VerificationRequest = verification_request()
        created = await client.create_verification(request)
        await http.post(f"/_sandbox/verifications/{created.verification_id}/approve")
        calls = TeniosCalls(client, store, CallbackKeys.parse(BRIDGE_KEYS), "http://127.0.0.1:1")
        # The environment's workflow id is always the same: the attempt tells the tests apart.
        attempt = int(location_id.rpartition("-")[2])
        place = PlaceOrder(
            verification_id=created.verification_id, attempt=attempt, link_to_number=None
        )
        yield Vendor(http, calls, place)


async def test_lost_result_heals(vendor: Vendor) -> None:
    """Run again after its result was lost, the activity returns the recorded answer."""
    first = await vendor.place()
    assert isinstance(first, OrderPlaced)
    assert await vendor.place() == first
    assert await vendor.orders() == 1


@pytest.mark.parametrize("trouble", ["hang", "close", "fail", "garbage"])
async def test_ambiguous_outcome(vendor: Vendor, trouble: str) -> None:
    """After an ambiguous answer every further run reports an unknown outcome and sends nothing."""
    await vendor.behave(after_accepting=trouble)
    assert isinstance(await vendor.place(), OutcomeUnknown)
    assert isinstance(await vendor.place(), OutcomeUnknown)
    assert await vendor.orders() == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [(403, errors.CredentialsRefused), (404, errors.MethodUnknown), (429, errors.Throttled)],
)
async def test_nothing_happened(
    vendor: Vendor, status: int, expected: type[errors.TeniosError]
) -> None:
    """Where TENIOS provably did nothing, the attempt may begin again."""
    await vendor.behave(refuse_status=status)
    with pytest.raises(expected):
        await vendor.place()
    assert isinstance(await vendor.place(), OrderPlaced)
    assert await vendor.orders() == 1
