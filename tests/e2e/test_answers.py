"""Answers of TENIOS that say too little: nothing that it took is sent again."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from number_orders.workflows.contract import VERIFICATION_ID
from number_orders.workflows.messages import Abandon
from number_orders.workflows.models import OrderStatus
from number_orders.workflows.results import OrderSnapshot
from tests.histories.scenario import forward
from tests.support.order_driver import OrderDriver


class Vendor:
    """The sandbox, and what this test has sent to it."""

    def __init__(self, http: httpx.AsyncClient, before: int) -> None:
        self.http = http
        self.before = before

    async def calls(self, path: str) -> int:
        """How many calls this test has sent to this path."""
        ledger = (await self.http.get("/_sandbox/ledger")).json()
        return sum(entry["path"] == path for entry in ledger[self.before :])

    async def newest_verification(self) -> str:
        """The id that TENIOS' people know of the latest verification."""
        verifications = (await self.http.get("/_sandbox/verifications")).json()
        return str(verifications[-1]["id"])


@pytest.fixture
async def vendor(sandbox_url: str) -> AsyncIterator[Vendor]:
    async with httpx.AsyncClient(base_url=sandbox_url, trust_env=False) as http:
        yield Vendor(http, len((await http.get("/_sandbox/ledger")).json()))


UNREADABLE = [
    {"after_accepting": "garbage"},
    {"after_accepting": "close"},
    {"answer_form": "empty"},
    {"answer_form": "html", "without_id": True},
]


async def approved_with_an_id(driver: OrderDriver, vendor: Vendor) -> OrderSnapshot:
    """Approve the verification whose id the order does not know."""
    verification_id = await vendor.newest_verification()
    await driver.approve_at_tenios(verification_id)
    await driver.decide(approved=True, verification_id=verification_id)
    snapshot = await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert snapshot.verification_id == verification_id
    return snapshot


@pytest.mark.parametrize("behaviour", UNREADABLE)
async def test_verification_answered_unreadably(
    driver: OrderDriver, vendor: Vendor, behaviour: dict[str, str]
) -> None:
    """A verification that TENIOS took is not submitted again; the approval brings its id."""
    await driver.behave("/verification/create", **behaviour)
    await driver.start()
    snapshot = await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert snapshot.verification_id is None
    assert "TENIOS took the call" in (snapshot.reason or "")
    await forward(driver, days=3)
    assert await vendor.calls("/verification/create") == 1

    placed = await approved_with_an_id(driver, vendor)
    attributes = (await driver.handle.describe()).typed_search_attributes
    assert attributes[VERIFICATION_ID] == placed.verification_id
    assert placed.reason is None
    [post] = await driver.order_posts()
    assert post["body"]["verification_id"] == placed.verification_id
    assert await vendor.calls("/verification/create") == 1


@pytest.mark.parametrize("answer_form", ["plain", "nested", "bom"])
async def test_verification_answered_without_an_id(
    driver: OrderDriver, vendor: Vendor, answer_form: str
) -> None:
    """An answer without an id is no fault; an approval that names none is kept and shown."""
    await driver.behave("/verification/create", without_id=True, answer_form=answer_form)
    await driver.start()
    snapshot = await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert (snapshot.verification_id, snapshot.reason, snapshot.attention) == (None, None, ())
    await driver.decide(approved=True)
    kept = await driver.until_message()
    assert kept.status is OrderStatus.AWAITING_APPROVAL
    assert "the approval has to bring it (--verification-id)" in kept.messages[0].effect
    assert await driver.order_posts() == []

    await approved_with_an_id(driver, vendor)
    await driver.complete()
    assert (await driver.result()).outcome is OrderStatus.COMPLETED
    assert len(await driver.order_posts()) == 1


async def test_rejected_without_an_id(driver: OrderDriver, vendor: Vendor) -> None:
    """A rejection needs no id; the approval of the next verification is not about this one."""
    await driver.behave("/verification/create", without_id=True, times=2)
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    first = await vendor.newest_verification()
    await driver.decide(approved=False, verification_id=first, reason="unreadable")
    await driver.until(OrderStatus.REJECTED)
    await driver.resubmit(area_code="30")
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=True, verification_id=first)
    await driver.until_message(2)
    assert (await driver.status()).status is OrderStatus.AWAITING_APPROVAL

    placed = await approved_with_an_id(driver, vendor)
    assert placed.earlier_verification_ids == (first,)
    [post] = await driver.order_posts()
    assert post["body"]["verification_id"] != first


async def test_same_id_again(driver: OrderDriver, vendor: Vendor) -> None:
    """TENIOS gives a correction the id that it gave before: the old approval does not cover it."""
    await driver.start()
    first = await driver.until(OrderStatus.AWAITING_APPROVAL)
    await driver.decide(approved=False)
    await driver.decide(approved=True, verification_id=first.verification_id)
    await driver.until(OrderStatus.REJECTED)
    await driver.behave("/verification/create", same_verification_id=first.verification_id)
    await driver.resubmit(area_code="30")
    await driver.until_message(2)
    again = await driver.until(OrderStatus.AWAITING_APPROVAL)
    assert again.verification_id == first.verification_id
    assert [one.effect for one in again.messages] == [
        "applied",
        "not applied: it was about an earlier verification",
    ]
    assert await driver.order_posts() == []

    await driver.approve()
    await driver.until(OrderStatus.AWAITING_COMPLETION)
    assert len(await driver.order_posts()) == 1


@pytest.mark.parametrize("behaviour", UNREADABLE[:3])
async def test_giving_back_answered_unreadably(
    driver: OrderDriver, vendor: Vendor, behaviour: dict[str, str]
) -> None:
    """A number whose return TENIOS took is not given back again; a person is asked."""
    await driver.behave("/number/cancel", **behaviour)
    await driver.placed()
    await driver.cancel()
    await driver.complete()
    snapshot = await driver.until_reason("It is not asked for again")
    assert snapshot.status is OrderStatus.CANCELLING
    await driver.forward(timedelta(days=3))
    assert await vendor.calls("/number/cancel") == 1
    await driver.resolve(Abandon())

    assert (await driver.result()).outcome is OrderStatus.CANCELLED
    assert await vendor.calls("/number/cancel") == 1
