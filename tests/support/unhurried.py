"""A call to Temporal takes as long as it takes, unless the test's subject is how long that is."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import temporalio.service
from temporalio.service import RPCError, RPCStatusCode

from number_orders.runtime import polling
from tests.support.until import LONG_ENOUGH_SECONDS

_log = logging.getLogger(__name__)


class _CancelledCall(Exception):
    """The SDK gives a call half a minute, and cancels it then."""


@pytest.fixture(scope="session", autouse=True)
def unhurried_calls() -> Iterator[None]:
    """A call of this process that ran out of the SDK's own limit is made again.

    It is the same request, with the same id, and so does nothing twice.
    """
    client = temporalio.service._BridgeServiceClient  # noqa: SLF001 -- the one place of all calls
    call = client._rpc_call  # noqa: SLF001 -- likewise

    async def unhurried(self: Any, rpc: str, *request: Any, **how: Any) -> Any:
        async def once() -> Any:
            try:
                return await call(self, rpc, *request, **how)
            except RPCError as error:
                if how["timeout"] is not None or error.status is not RPCStatusCode.CANCELLED:
                    raise
                _log.warning("%s is made again: %s", rpc, error.message)
                raise _CancelledCall from error

        return await polling.until(
            once, within_seconds=LONG_ENOUGH_SECONDS, not_yet=(_CancelledCall,)
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "_rpc_call", unhurried)
        yield
