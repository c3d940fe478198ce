"""Which tests share a process, and which of them begin first, where several processes run them."""

from pathlib import Path

import pytest

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The tests of a group run in one process: those of a file, or of a folder that shares one."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(config.rootpath, item)))
    items.sort(key=lambda item: _turn(_group(config.rootpath, item)))


def _group(root: Path, item: pytest.Item) -> str:
    file = item.path.relative_to(root).as_posix()
    return next((folder for folder in _SHARED_BY_FOLDER if file.startswith(f"{folder}/")), file)


def _turn(group: str) -> int:
    return _LONGEST.index(group) if group in _LONGEST else len(_LONGEST)
