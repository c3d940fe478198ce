"""What commands say of a location's numbers that share a verification."""

from pathlib import Path

from number_orders.workflows.models import OrderStatus
from tests.support.command import Run, run
from tests.support.order_driver import OrderDriver
from tests.support.sharing import first_number, start_second


async def _typed(driver: OrderDriver, folder: Path, *words: str) -> Run:
    """A command about number 2."""
    address = driver.temporal.client.service_client.config.target_host
    command, *options = words
    return await run(
        folder,
        *(command, driver.location_id, "--number", "2", *options),
        TEMPORAL_ADDRESS=address,
    )


async def test_number_that_waits(driver: OrderDriver, tmp_path: Path) -> None:
    """It says for which it waits, how that one stands, and what brings that one on."""
    own = driver.location_id
    await driver.start()
    await start_second(driver)
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        await driver.until(OrderStatus.AWAITING_APPROVAL)
    shown = await _typed(driver, tmp_path, "status")
    assert f"It waits for number 1 ({own}), which has the verification checked" in shown.output
    on = f"Number 1 ({own}) is awaiting_approval: number-orders approve {own} or number-orders"
    assert on in shown.output
    for verb in ("approve", "reject"):
        refused = await _typed(driver, tmp_path, verb, "--by", "ann")
        assert (refused.code, refused.output) == (1, "")
        assert on in refused.errors
        assert refused.errors.endswith("; nothing was sent\n")

    async with first_number(driver):
        await driver.decide(approved=False)
        await driver.until(OrderStatus.REJECTED)
    shown = await _typed(driver, tmp_path, "status")
    on = f"Number 1 ({own}) is rejected: number-orders resubmit {own} --document FILE"
    assert on in shown.output


async def test_number_that_waits_for_one_that_was_terminated(
    driver: OrderDriver, tmp_path: Path
) -> None:
    """Before the waiting one has noticed it, it says how the other one ended, and the way back."""
    await driver.start()
    await start_second(driver)
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        await driver.handle.terminate()
    shown = await _typed(driver, tmp_path, "status")
    assert (
        f"Number 1 ({driver.location_id}) is no help: the workflow was terminated" in shown.output
    )
    assert "number-orders start with the same data and --again" in shown.output


async def test_shared_approval(driver: OrderDriver, tmp_path: Path) -> None:
    """A number that uses another one's approval says whose word that is, and of which number."""
    await driver.start()
    await start_second(driver)
    await driver.until(OrderStatus.AWAITING_VERIFICATION)
    async with first_number(driver):
        await driver.approve()
    approval = (await driver.until(OrderStatus.AWAITING_COMPLETION)).approval
    assert approval is not None
    at = f"{approval.approved_at:%Y-%m-%d %H:%M} UTC"
    shown = await _typed(driver, tmp_path, "status")
    says = f"\n  uses an approval of {at} by ann, first of {driver.location_id}\n"
    assert says in shown.output
    first = await run(
        tmp_path,
        *("status", driver.location_id),
        TEMPORAL_ADDRESS=driver.temporal.client.service_client.config.target_host,
    )
    assert "uses an approval" not in first.output


async def test_people_are_told_of_the_number(driver: OrderDriver) -> None:
    """A message names the number as lists do, and the whole command."""
    await driver.start()
    await start_second(driver)
    async with first_number(driver):
        await driver.cancel()
        await driver.result()
    await driver.until(OrderStatus.REJECTED)
    told = ""
    while "notify" not in told:
        history = await driver.handle.fetch_history()
        scheduled = [one.activity_task_scheduled_event_attributes for one in history.events]
        told = "".join(
            f"{one.activity_type.name} {payload.data.decode()}"
            for one in scheduled
            for payload in one.input.payloads
        )
    own = driver.location_id
    assert f"Number order {own}:2 was rejected and can be corrected" in told
    assert f"number-orders resubmit {own} --number 2 --document FILE" in told
