"""The attempt ledger has the last word, whatever a person has found."""

from datetime import UTC, datetime

import pytest

from number_orders.evidence.attempt_entries import Intent
from number_orders.evidence.attempt_folder import AttemptFolder
from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.activity_interface import OrderPlaced, Refused
from number_orders.workflows.messages import Abandon, Completed, Finding, NotPlaced, Placed
from number_orders.workflows.models import OrderStatus
from tests.histories.scenario import forward
from tests.support.order_driver import OrderDriver
from tests.support.until import until

# With the driver's 20 s: two minutes, after which "not placed" is believed, and before the
# ledger is read a second time, which is at 150 s.
_LOOKED = 105
FINDINGS: list[Finding] = [
    NotPlaced(),
    Placed(order_id="99"),
    Completed(phone_number="+49221123456"),
    Abandon(),
]


@pytest.fixture
def folder(driver: OrderDriver, store: EvidenceStore) -> AttemptFolder:
    """The order's folder in the ledger."""
    return AttemptFolder(store, f"number-order:{driver.location_id}")


async def unknown(driver: OrderDriver) -> None:
    """Bring an order to where nobody knows, and let a person look for it."""
    await driver.behave("/number/order", after_accepting="fail")
    await driver.start()
    await driver.approve()
    await driver.until(OrderStatus.OUTCOME_UNKNOWN)
    await forward(driver, seconds=_LOOKED)


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.kind)
async def test_slow_twin_was_first(
    driver: OrderDriver, folder: AttemptFolder, finding: Finding
) -> None:
    """An answer that stands in the ledger counts, whatever a person has found."""
    await unknown(driver)
    await folder.add_outcome("000001", OrderPlaced(order_id="77"))
    await driver.resolve(finding)
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert placed.order_id == "77"
    assert any("does not count: the attempt ledger had the" in note for note in placed.attention)
    assert len(await driver.order_posts()) == 1


async def test_slow_twin_was_refused(driver: OrderDriver, folder: AttemptFolder) -> None:
    """A refusal that stands in the ledger counts, although a person believed in an order."""
    await unknown(driver)
    refused = Refused(error_code="INVALID_VALUE", message="no", fields=("link_to_number",))
    await folder.add_outcome("000001", refused)
    await driver.resolve(Placed(order_id="99"))

    assert "INVALID_VALUE" in ((await driver.until(OrderStatus.REJECTED)).reason or "")


async def test_order_beside_the_one_found(driver: OrderDriver, folder: AttemptFolder) -> None:
    """TENIOS' answer after a finding is kept, and whoever reads the ledger tells of both orders."""
    await unknown(driver)
    await driver.resolve(NotPlaced())
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    await folder.add_outcome("000001", OrderPlaced(order_id="77"))
    await driver.reset(before="place_order")
    again = await driver.until_attention("TENIOS also has order 77")

    assert again.order_id == placed.order_id
    assert len(await driver.order_posts()) == 2


async def test_answer_before_the_next_attempt(driver: OrderDriver, folder: AttemptFolder) -> None:
    """TENIOS' answer after "not placed", and before it is placed again, is the order."""
    await unknown(driver)
    await driver.behave("/number/order", refuse_status=403, times=1000)
    await driver.resolve(NotPlaced())
    await driver.until(OrderStatus.PLACING_ORDER)
    await folder.add_outcome("000001", OrderPlaced(order_id="77"))
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)
    await driver.behave_well()

    assert placed.order_id == "77"
    assert [post["status"] for post in await driver.order_posts()].count(200) == 0


async def test_second_order_while_nobody_knows(driver: OrderDriver, folder: AttemptFolder) -> None:
    """People are told once of an order that TENIOS answers while they look for the next one."""
    await unknown(driver)
    first = await driver.status()
    await driver.behave("/number/order", after_accepting="fail")
    await driver.resolve(NotPlaced())

    async def is_asked_again() -> None:
        assert (await driver.until(OrderStatus.OUTCOME_UNKNOWN)).since != first.since

    await until(is_asked_again)
    await folder.add_outcome("000001", OrderPlaced(order_id="77"))
    await forward(driver, seconds=40)
    # A person has to know of both orders before one of them is said to be ours.
    await driver.until_reason("also has order 77")
    await folder.add_outcome("000002", OrderPlaced(order_id="78"))
    await forward(driver, seconds=130)
    placed = await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert placed.order_id == "78"
    assert sum("TENIOS also has order 77" in note for note in placed.attention) == 1


async def test_later_attempt_of_a_twin(driver: OrderDriver, folder: AttemptFolder) -> None:
    """What a twin's later attempt was answered is settled as that attempt, and not asked again."""
    await unknown(driver)
    lineage = (await driver.handle.describe()).raw_description.workflow_execution_info
    intent = Intent(
        lineage=lineage.first_run_id,
        verification_id="v",
        execution="a twin",
        began_at=datetime.now(UTC),
        sends=True,
    )
    await folder.create("000002", intent)
    await folder.add_outcome("000002", Refused(error_code="INVALID_VALUE", message="no"))
    await forward(driver, seconds=60)
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit_unchanged()
    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)

    assert [post["status"] for post in await driver.order_posts()] == [500, 200]
