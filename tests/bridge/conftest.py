"""A bridge of the attacks' own."""

from collections.abc import AsyncIterator, Awaitable

import httpx
import pytest
from limits import RateLimitItemPerHour
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from number_orders.bridge.app import create_app
from number_orders.bridge.server import server_config
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.messenger import Messenger
from number_orders.workflows.contract import workflow_id
from tests.conftest import serving
from tests.support.attacked_order import KEYS, Attack, AttackedOrder, Codes
from tests.support.order_driver import OrderDriver
from tests.support.until import LONG_ENOUGH_SECONDS


@pytest.fixture(scope="module")
async def attacked(  # noqa: PLR0913, PLR0917 -- one fixture for each thing that an order needs
    request: pytest.FixtureRequest,
    temporal: WorkflowEnvironment,
    sandbox_url: str,
    store: EvidenceStore,
    working: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[AttackedOrder]:
    """The order of the module's LOCATION, which waits for its push."""
    own_store = EvidenceStore.open(tmp_path_factory.mktemp("attacked").as_uri(), create=True)
    app = create_app(
        temporal.client,
        KEYS,
        own_store,
        Messenger(SecretStr("")),
        secret_required=False,
        temporal_limit_seconds=LONG_ENOUGH_SECONDS,
    )
    async with (
        httpx.AsyncClient(base_url=sandbox_url, trust_env=False) as sandbox,
        serving(app, server_config) as url,
    ):
        driver = OrderDriver(temporal, sandbox, store, request.module.LOCATION)
        await driver.placed()
        # Here one order gets more pushes than the bridge lets any order get.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("number_orders.bridge.app._FLOOD", RateLimitItemPerHour(10_000))
            callback = KEYS.callback(workflow_id(request.module.LOCATION))
            yield AttackedOrder(driver, callback, url, own_store)
        await driver.close()


@pytest.fixture
def attack(attacked: AttackedOrder, caplog: pytest.LogCaptureFixture) -> Attack:
    """Sends bytes to the bridge; the answer is the status codes until it closes."""

    def attack(*parts: bytes | float, half_close: bool = False) -> Awaitable[Codes]:
        return attacked.attack(caplog, *parts, half_close=half_close)

    return attack
