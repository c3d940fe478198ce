"""What the tests of the activities have in common."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from number_orders.evidence.store import EvidenceStore
from number_orders.sandbox.app import create_app
from number_orders.tenios.client import TeniosClient
from number_orders.tenios.models import VerificationRequest
from number_orders.workflows.activity_interface import (
    PlaceOrder,
)
from tests.activities.vendor import Vendor
from tests.conftest import serving
from tests.support.order_driver import VERIFIED
from tests.tenios.test_client import verification_request


@pytest.fixture
async def vendor(tmp_path: Path) -> AsyncIterator[Vendor]:
    store = EvidenceStore.open(tmp_path.as_uri(), create=True)
    app = create_app(access_keys=frozenset({"k"}), state_file=None, auto_seconds=None)
    async with (
        serving(app) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
        TeniosClient(base_url=url, access_key=SecretStr("k"), call_limit_seconds=60) as client,
    ):
        request: VerificationRequest = verification_request()
        created = await client.create_verification(request)
        await http.post(f"/_sandbox/verifications/{created.verification_id}/approve")
        place = PlaceOrder(
            verification_id=created.verification_id,
            data=VERIFIED,
            link_to_number=None,
            store_id=await store.identity(),
            lineage="run-1",
            settled_attempt=0,
        )
        yield Vendor(tmp_path, http, client, place)
