"""Values that are refused at the door today run and replay: an older program may have sent them.

A stricter rule stands where orders come in, and never in what decodes a history or an input.
"""

from typing import Any

import pytest

from number_orders.workflows import contract
from number_orders.workflows.models import OrderStatus
from tests.support.order_driver import OrderDriver

INVISIBLE = "\u200b\u00ad\u202e\ufeff\u2066"
VALUES: dict[str, dict[str, Any]] = {
    "control characters": {"address": {"city": "Kö\tln\x07", "street": "Weg\r\nHof\x1b[1m"}},
    "nul": {
        "address": {"city": "Kö\0ln", "zip": "50\0667", "street": "\0Weg", "house_number": "\0"}
    },
    "zip of four digits": {"address": {"zip": "5066"}},
    "zip of letters": {"address": {"zip": "D-50667 Köln"}},
    "invisible characters": {
        "address": {
            "city": f"{INVISIBLE}Köln",
            "street": f"Weg{INVISIBLE}",
            "house_number": "4\u200b",
        }
    },
    "line separators": {"address": {"street": "Weg\u2028Hof\u2029", "city": "K\u0085öln"}},
    "private and unassigned": {"address": {"city": "K\ue000\U000e0001ln\ufffe\uffff"}},
    "link with a trunk zero": {"link_to_number": "+490221123456"},
    "unknown fields": {
        "link_to_nmber": "+49221123456",
        "deadlnes": {"completion": "PT1H"},
        "address": {"floor": 3},
        "document": {"name": "a.pdf"},
        "deadlines": {"late": "PT1H"},
    },
    "area code with its zero": {"area_code": " 0221 "},
    "padded texts": {"address": {"city": "  Köln\u00a0 "}},
    "a date of a spreadsheet": {"address": {"house_number": "04. Mrz"}},
    "another encoding": {"address": {"city": "KÃ¶ln", "street": "HauptstraÃŸe"}},
}


@pytest.mark.parametrize("changes", VALUES.values(), ids=VALUES)
async def test_runs_and_replays(driver: OrderDriver, changes: dict[str, Any]) -> None:
    """An order with such a value is placed and completed; its history replays."""
    order = await driver.order()
    given: dict[str, Any] = order.model_dump(mode="json")
    for name, value in changes.items():
        given[name] = (
            {**given[name], **value} if isinstance(value, dict) and name in given else value
        )
    with driver.temporal.with_time_skipping_disabled():
        await driver.temporal.client.start_workflow(
            contract.WORKFLOW_TYPE,
            given,
            id=contract.workflow_id(driver.location_id),
            task_queue=contract.TASK_QUEUE,
        )
    driver.handle = driver.typed_handle()
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.complete()

    assert (await driver.result()).outcome is OrderStatus.COMPLETED
    # `driver` replays the history when the test is over.
