"""What the workflow asks of Temporal is what it asked when the newest era was recorded.

Each way to an outcome is gone live, and its commands are compared with those of the committed
history: their kinds and their order, the types of activities with their timeouts and retries, the
durations of timers, the names of search attributes, the statuses, the patches.

Replaying is not enough. It does not look at the content of commands, and not at what follows the
last event of a history: there a command too many goes unnoticed until a real order has one.

Harmless, and not compared: what activities do, their inputs and results, the texts for people
(details, summaries, notifications), the order's result, what queries answer, log lines and
metrics. Inputs and results must still decode: fields may be added with a default.
"""

from difflib import unified_diff

import pytest

from tests.histories.commands import commands
from tests.histories.committed import ERAS, WHAT_TO_DO, files, newest, read
from tests.histories.scenario import Scenario
from tests.histories.scenarios import ENDED, SCENARIOS
from tests.support.order_driver import OrderDriver


@pytest.fixture
def location_id(scenario: Scenario) -> str:
    """In place of the tests' numbered locations."""
    return scenario.name


def test_each_scenario_is_recorded() -> None:
    """The newest era has a history of each scenario, and no other."""
    recorded = {file.stem for file in files(ERAS[-1])}
    assert recorded == {scenario.name for scenario in SCENARIOS}, WHAT_TO_DO


@pytest.mark.parametrize("scenario", ENDED, ids=lambda scenario: scenario.name)
async def test_fingerprint(driver: OrderDriver, scenario: Scenario) -> None:
    """An order asks the same of Temporal as in the newest era."""
    live = commands(await scenario.history(driver))
    await driver.behave_well()
    recorded = commands(read(newest(scenario.name)))

    changes = "\n".join(
        unified_diff(
            [str(command) for command in recorded],
            [str(command) for command in live],
            f"as recorded in {ERAS[-1]}",
            "as the workflow is now",
            lineterm="",
        )
    )
    if changes:
        pytest.fail(f"{changes}\n{WHAT_TO_DO}", pytrace=False)
