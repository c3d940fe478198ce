"""Which tests share a process, and which of them begin first, where several processes run them."""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

_SHARED_BY_FOLDER = ("tests/monitoring",)
"""One system of processes for all files of a folder."""

_LONGEST = (
    "tests/devstack/test_dev.py",
    "tests/cli/test_states.py",
    "tests/cli/test_operating.py",
    "tests/monitoring",
    "tests/cli/test_command.py",
    "tests/upgrades/test_upgrades_page.py",
    "tests/e2e/moving_on/test_moving_on.py",
    "tests/cli/test_start_command.py",
    "tests/e2e/test_stuck_order.py",
    "tests/test_house.py",
)
"""In which the others would wait for one at the end."""


class _Groups(LoadScopeScheduling):
    """The tests of a group run in one process: those of a file, or of a folder that shares one."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """In place of `--dist`, whose `loadgroup` does nothing under pytest 9.2 (xdist 3.8)."""
    return _Groups(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""
    items.sort(key=lambda item: _turn(_group(item.nodeid)))


def _group(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return next((folder for folder in _SHARED_BY_FOLDER if file.startswith(f"{folder}/")), file)


def _turn(group: str) -> int:
    return _LONGEST.index(group) if group in _LONGEST else len(_LONGEST)
