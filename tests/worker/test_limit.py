"""The limit on calls to TENIOS."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from number_orders.activities.notifications import Notifications
from number_orders.activities.shared_verifications import SharedVerifications
from number_orders.activities.tenios import TeniosCalls
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.messenger import Messenger
from number_orders.starters import start_number_order
from number_orders.tenios.client import TeniosClient
from number_orders.worker.main import running_worker
from number_orders.workflows.contract import ORDER_COMPLETED, STATUS, workflow_id
from number_orders.workflows.messages import PushDelivery
from number_orders.workflows.models import DocumentType
from number_orders.workflows.results import NumberOrderResult, OrderSnapshot
from tests.conftest import BRIDGE_KEYS
from tests.support.command import run
from tests.support.order_driver import PDF, order_input
from tests.support.until import until

NAMESPACE = "limited"
_PUSHES = 15
"""More than get through at once, whatever the limit."""


@pytest.fixture
async def client(temporal: WorkflowEnvironment, tmp_path: Path) -> Client:
    """A client of a namespace in which no other worker polls: its limit would count."""
    address = temporal.client.service_client.config.target_host
    made = await run(tmp_path, "setup", TEMPORAL_ADDRESS=address, TEMPORAL_NAMESPACE=NAMESPACE)
    assert made.code == 0, made.errors
    return await Client.connect(
        address, namespace=NAMESPACE, data_converter=temporal.client.data_converter
    )


async def test_counts_calls_to_tenios_alone(
    client: Client, store: EvidenceStore, location_id: str
) -> None:
    """While calls to TENIOS wait for their turn, whatever else an order needs is done."""
    order = order_input(location_id, await store.keep_document(PDF, DocumentType.CONTRACT))
    handle: WorkflowHandle[object, NumberOrderResult] = client.get_workflow_handle(
        workflow_id(location_id)
    )

    async def is_read() -> None:
        snapshot = await handle.query(STATUS, result_type=OrderSnapshot)
        assert sum("4922155" in message.summary for message in snapshot.messages) == _PUSHES

    async with TeniosClient(base_url="http://127.0.0.1:1", access_key=SecretStr("k")) as tenios:
        messenger = Messenger(SecretStr(""))
        calls = TeniosCalls(
            tenios, store, CallbackKeys.parse(BRIDGE_KEYS), "https://a.example", messenger
        )
        # One call an hour.
        async with running_worker(
            client,
            calls,
            SharedVerifications(store),
            Notifications(messenger),
            calls_per_second=1 / 3600,
        ):
            await start_number_order(client, order, store)
            for number in range(_PUSHES):
                body = base64.b64encode(b'{"phone_number": "+4922155%02d"}' % number).decode()
                await handle.signal(
                    ORDER_COMPLETED,
                    PushDelivery(
                        delivery_id=str(number),
                        received_at=datetime.now(UTC),
                        body=body,
                        authenticated_by="url",
                    ),
                )
            await until(is_read)
            await handle.terminate()
