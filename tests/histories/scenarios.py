"""Every way that an order can take. Whoever adds a branch to the workflow adds one here."""

from tests.histories import ended, waiting
from tests.histories.scenario import Scenario

ENDED = [
    Scenario(status, ends=True, way=way) for status, ways in ended.WAYS.items() for way in ways
]
WAITING = [
    Scenario(status, ends=False, way=way) for status, ways in waiting.WAYS.items() for way in ways
]
SCENARIOS = ENDED + WAITING
