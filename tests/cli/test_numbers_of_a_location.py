"""What commands say of a location's numbers that share a verification."""

import functools
import itertools
import json
from pathlib import Path

from number_orders.workflows.models import OrderStatus
from tests.support.command import Run, run
from tests.support.order_driver import OrderDriver
from tests.support.sharing import first_number, start_second, until_awaited
from tests.support.start_command import start
from tests.support.until import until


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
    await until_awaited(driver)
    async with first_number(driver):
        await driver.handle.terminate()
    shown = await _typed(driver, tmp_path, "status")
    assert f"Number 1 ({driver.location_id}) has ended: the workflow was terminated" in shown.output
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
    says = f"\n  uses another number's verification, approved since {at} by the word of ann\n"
    assert says in shown.output
    first = await run(
        tmp_path,
        *("status", driver.location_id),
        TEMPORAL_ADDRESS=driver.temporal.client.service_client.config.target_host,
    )
    assert "approved since" not in first.output


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


async def test_second_check(driver: OrderDriver, tmp_path: Path, store_url: str) -> None:
    """A document that is submitted while number 1 has it checked is noted, with the other way."""
    own = driver.location_id
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    second = await start(driver, tmp_path, store_url, "--number", "2")
    assert second.code == 0
    assert f"Note: Number 1 ({own}) still waits for its approval" in second.errors
    assert "With --quantity 2 instead of --number 2" in second.errors
    wanted = await start(driver, tmp_path, store_url, "--number", "4", "--new-verification")
    assert (wanted.code, wanted.errors) == (0, "")
    numbers = map(str, itertools.count(5))

    async def note_beside(*options: str) -> str:
        """Of a further number; a busy worker may not say in time how number 1 compares."""
        started = await start(
            driver, tmp_path, store_url, "--number", next(numbers), "--json", *options
        )
        notes = json.loads(started.output)["notes"]
        assert notes
        return str(notes[0])

    elsewhere = await until(functools.partial(note_beside, "--house-number", "4711"))
    assert elsewhere.startswith(f"Number 1 ({own}) has other data: address (zip, street")
    await driver.decide(approved=False)
    await driver.until(OrderStatus.REJECTED)
    rejected = await until(note_beside)
    assert f"Number 1 ({own}) is rejected with the same address" in rejected
    assert f"number-orders resubmit {own} corrects number 1" in rejected


async def test_first_free_number(driver: OrderDriver, tmp_path: Path, store_url: str) -> None:
    """Whoever starts a number that is there is told which one is free."""
    await driver.start()
    await driver.until(OrderStatus.AWAITING_APPROVAL)
    for number in ("2", "3"):
        await start(driver, tmp_path, store_url, "--number", number)
    again = await start(driver, tmp_path, store_url)
    assert again.code == 0, again.errors
    assert again.output.endswith("Another number for the same location: --number 4\n")


async def test_quantity(driver: OrderDriver, tmp_path: Path, store_url: str) -> None:
    """Several numbers are told of in a line, with what they wait for; again, nothing is new."""
    own = driver.location_id
    driver.handle = driver.typed_handle()
    started = await start(driver, tmp_path, store_url, "--quantity", "3")
    assert (started.code, started.errors) == (0, "")
    summary, awaited, following = started.output.splitlines()
    assert summary == f"3 numbers of {own}: 1 started, 2 wait for number 1's verification"
    assert awaited.startswith(f"Number 1 ({own}) ")
    assert following == f"Next: number-orders status {own}"

    await driver.until(OrderStatus.AWAITING_APPROVAL)
    again = await start(driver, tmp_path, store_url, "--quantity", "4")
    *there, summary, awaited, _ = again.output.splitlines()
    assert [line.split()[0] for line in there] == [
        driver.handle.id,
        *(f"{driver.handle.id}:{number}" for number in (2, 3)),
    ]
    assert there[0].endswith(f"(awaiting_approval): {_approve(own)}")
    assert summary == f"4 numbers of {own}: 1 waits for number 1's verification, 3 there before"
    assert awaited == f"Number 1 ({own}) is awaiting_approval: {_approve(own)}."
    nothing = await start(driver, tmp_path, store_url, "--quantity", "4")
    assert f"\n4 numbers of {own}: nothing new\n" in nothing.output
    address = driver.temporal.client.service_client.config.target_host
    listed = await run(tmp_path, "list", "--location", own, TEMPORAL_ADDRESS=address)
    assert listed.output.count("Köln") == 4
    none = await run(tmp_path, "list", "--location", "nowhere", TEMPORAL_ADDRESS=address)
    assert none.output == "No orders.\n"


async def test_quantity_behind_a_number_that_ended(
    driver: OrderDriver, tmp_path: Path, store_url: str
) -> None:
    """The remedies are about the numbers that there are, and about the first one that is free."""
    own = driver.location_id
    await driver.start()
    await start_second(driver)
    async with first_number(driver):
        await driver.cancel()
        await driver.result()
    await driver.until(OrderStatus.REJECTED)
    refused = await start(driver, tmp_path, store_url, "--quantity", "3")
    assert (refused.code, refused.output) == (1, "")
    assert f"number-order:{own} has ended as cancelled" in refused.errors
    resubmit = f"number-orders resubmit {own} --number 2 --document FILE --document-type TYPE"
    assert f"{resubmit}, or number-orders start --number 3" in refused.errors
    assert refused.errors.endswith("; nothing was started\n")
    there = await start(driver, tmp_path, store_url, "--quantity", "2")
    assert f"{resubmit}; nothing was started" in there.errors


async def test_quantity_after_a_termination(
    driver: OrderDriver, tmp_path: Path, store_url: str
) -> None:
    """What was ended by force is started once more, as the refusal says."""
    own = driver.location_id
    await driver.start()
    await driver.handle.terminate()
    refused = await start(driver, tmp_path, store_url, "--quantity", "2")
    assert (refused.code, refused.output) == (1, "")
    assert "number-orders start with the same data and --again" in refused.errors
    again = await start(driver, tmp_path, store_url, "--quantity", "2", "--again")
    assert f"2 numbers of {own}: 1 started, 1 waits for number 1's verification" in again.output
    driver.handle = driver.typed_handle()


def _approve(location_id: str) -> str:
    return (
        f'number-orders approve {location_id} or number-orders reject {location_id} --reason "..."'
    )


async def test_country_that_is_not_named(
    driver: OrderDriver, tmp_path: Path, store_url: str
) -> None:
    """Whoever names no country is told that it is Germany, where zip or area code do not fit."""
    await driver.start()
    abroad = ("--city", "Zürich", "--zip", "8001", "--area-code", "044")
    refused = await start(driver, tmp_path, store_url, *abroad)
    assert "order.json: country: is not named, which stands for Germany" in refused.errors
    named = await start(driver, tmp_path, store_url, *abroad, "--country", "Deutschland")
    assert "is not named" not in named.errors
