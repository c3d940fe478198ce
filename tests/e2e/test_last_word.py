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
from tests.support.office import Office
from tests.support.until import until

# With the office's 20 s: two minutes, after which "not placed" is believed, and before the
# ledger is read a second time, which is at 150 s.
_LOOKED = 105
FINDINGS: list[Finding] = [
    NotPlaced(),
    Placed(order_id="99"),
    Completed(phone_number="+49221123456"),
    Abandon(),
]


@pytest.fixture
def folder(office: Office, store: EvidenceStore) -> AttemptFolder:
    """The order's folder in the ledger."""
    return AttemptFolder(store, f"number-order:{office.location_id}")


async def unknown(office: Office) -> None:
    """Bring an order to where nobody knows, and let a person look for it."""
    await office.behave("/number/order", after_accepting="fail")
    await office.start()
    await office.approve()
    await office.until(OrderStatus.OUTCOME_UNKNOWN)
    await forward(office, seconds=_LOOKED)


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.kind)
async def test_slow_twin_was_first(office: Office, folder: AttemptFolder, finding: Finding) -> None:
    """An answer that stands in the ledger counts, whatever a person has found."""
    await unknown(office)
    await folder.add_outcome("000001", OrderPlaced(order_id="77"))
    await office.resolve(finding)
    placed = await office.until(OrderStatus.AWAITING_COMPLETION)

    assert placed.order_id == "77"
    assert any("does not count: the attempt ledger had the" in note for note in placed.attention)
    assert len(await office.order_posts()) == 1


async def test_slow_twin_was_refused(office: Office, folder: AttemptFolder) -> None:
    """A refusal that stands in the ledger counts, although a person believed in an order."""
    await unknown(office)
    refused = Refused(error_code="INVALID_VALUE", message="no", fields=("link_to_number",))
    await folder.add_outcome("000001", refused)
    await office.resolve(Placed(order_id="99"))

    assert "INVALID_VALUE" in ((await office.until(OrderStatus.REJECTED)).reason or "")


async def test_order_beside_the_one_found(office: Office, folder: AttemptFolder) -> None:
    """TENIOS' answer after a finding is kept, and whoever reads the ledger tells of both orders."""
    await unknown(office)
    await office.resolve(NotPlaced())
    placed = await office.until(OrderStatus.AWAITING_COMPLETION)
    await folder.add_outcome("000001", OrderPlaced(order_id="77"))
    await office.reset(before="place_order")
    again = await office.until_attention("TENIOS also has order 77")

    assert again.order_id == placed.order_id
    assert len(await office.order_posts()) == 2


async def test_answer_before_the_next_attempt(office: Office, folder: AttemptFolder) -> None:
    """TENIOS' answer after "not placed", and before it is placed again, is the order."""
    await unknown(office)
    await office.behave("/number/order", refuse_status=403, times=1000)
    await office.resolve(NotPlaced())
    await office.until(OrderStatus.PLACING_ORDER)
    await folder.add_outcome("000001", OrderPlaced(order_id="77"))
    placed = await office.until(OrderStatus.AWAITING_COMPLETION)
    await office.behave_well()

    assert placed.order_id == "77"
    assert [post["status"] for post in await office.order_posts()].count(200) == 0


async def test_second_order_while_nobody_knows(office: Office, folder: AttemptFolder) -> None:
    """People are told once of an order that TENIOS answers while they look for the next one."""
    await unknown(office)
    first = await office.status()
    await office.behave("/number/order", after_accepting="fail")
    await office.resolve(NotPlaced())

    async def is_asked_again() -> None:
        assert (await office.until(OrderStatus.OUTCOME_UNKNOWN)).since != first.since

    await until(is_asked_again)
    await folder.add_outcome("000001", OrderPlaced(order_id="77"))
    await forward(office, seconds=40)
    # A person has to know of both orders before one of them is said to be ours.
    await office.until_reason("also has order 77")
    await folder.add_outcome("000002", OrderPlaced(order_id="78"))
    await forward(office, seconds=130)
    placed = await office.until(OrderStatus.AWAITING_COMPLETION)

    assert placed.order_id == "78"
    assert sum("TENIOS also has order 77" in note for note in placed.attention) == 1


async def test_later_attempt_of_a_twin(office: Office, folder: AttemptFolder) -> None:
    """What a twin's later attempt was answered is settled as that attempt, and not asked again."""
    await unknown(office)
    lineage = (await office.handle.describe()).raw_description.workflow_execution_info
    intent = Intent(
        lineage=lineage.first_run_id,
        verification_id="v",
        execution="a twin",
        began_at=datetime.now(UTC),
        sends=True,
    )
    await folder.create("000002", intent)
    await folder.add_outcome("000002", Refused(error_code="INVALID_VALUE", message="no"))
    await forward(office, seconds=60)
    await office.until(OrderStatus.REJECTED)
    await office.resubmit_unchanged()
    await office.approve()
    await office.until(OrderStatus.AWAITING_COMPLETION)

    assert [post["status"] for post in await office.order_posts()] == [500, 200]
