"""Records a new era: `make histories ERA=003-what-has-changed`.

Run by pytest, for the servers of `tests/conftest.py`, but not collected as a test.
"""

import os
import re

import pytest

from tests.histories import committed
from tests.histories.scenario import Scenario
from tests.histories.scenarios import SCENARIOS
from tests.support.order_driver import OrderDriver

ERA = os.environ.get("ERA", "")


@pytest.fixture(scope="session", autouse=True)
def new_era() -> None:
    """An era stays as it is: orders of that time may still be in flight."""
    taken = {era[:3] for era in committed.ERAS}
    if not re.fullmatch(r"\d{3}-[a-z0-9-]+", ERA) or max(taken, default="") >= ERA[:3]:
        pytest.exit(
            "make histories ERA=NNN-what-has-changed, with a number above those of"
            f" {', '.join(committed.ERAS)}",
            returncode=2,
        )


@pytest.fixture
def location_id(scenario: Scenario) -> str:
    """In place of the tests' numbered locations."""
    return scenario.name


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
async def test_record(driver: OrderDriver, scenario: Scenario) -> None:
    """A history of the workflow as it is, from a real server."""
    history = await scenario.history(driver)
    committed.write(ERA, scenario.name, history, driver.temporal.client.identity)
    await driver.behave_well()
