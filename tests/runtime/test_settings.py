"""Settings that are refused before anything runs."""

from pathlib import Path

import pytest

from runtime.errors import UsageError
from runtime.settings import WorkerSettings, load
from tests.conftest import BRIDGE_KEYS

RIGHT = {
    "BRIDGE_KEYS": BRIDGE_KEYS,
    "BRIDGE_PUBLIC_URL": "https://orders.example",
    "TENIOS_ACCESS_KEY": "key-of-the-tests",
    "TEMPORAL_DEPLOYMENT_NAME": "number-orders",
    "TEMPORAL_WORKER_BUILD_ID": "2026-11-24",
}


@pytest.fixture
def right(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BRIDGE_PUBLIC_URL", "https://ann:s3cret@orders.example"),
        ("TENIOS_BASE_URL", "https://ann:s3cret@api.example"),
        ("TEMPORAL_DEPLOYMENT_NAME", "s3cret:1"),
        ("TEMPORAL_WORKER_BUILD_ID", "s3cret:1"),
    ],
)
def test_wrong(right: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """What could only be refused later is refused by its name, and not repeated."""
    load(WorkerSettings)
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=name) as refused:
        load(WorkerSettings)
    assert "s3cret" not in str(refused.value)


def test_secrets_are_files(right: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A secret may be a file; an empty one is none."""
    monkeypatch.delenv("TENIOS_ACCESS_KEY")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    file = tmp_path / "tenios_access_key"
    file.write_text("from-a-file\n")
    assert load(WorkerSettings).tenios_access_key.get_secret_value() == "from-a-file"
    file.write_text("")
    with pytest.raises(UsageError, match="TENIOS_ACCESS_KEY"):
        load(WorkerSettings)


def test_a_folder_of_secrets_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped folder is named, instead of each secret that would be in it."""
    monkeypatch.setenv("SECRETS_DIR", "/no/such/folder")
    with pytest.raises(UsageError, match="SECRETS_DIR"):
        load(WorkerSettings)
