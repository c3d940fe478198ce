"""Settings that are cleaned, or refused by name before anything runs."""

import typing
from pathlib import Path

import pytest
from pydantic import SecretStr

from number_orders.runtime.errors import UsageError
from number_orders.runtime.settings import (
    BridgeSettings,
    LogSettings,
    WebUiSettings,
    WorkerSettings,
    load,
)
from tests.conftest import BRIDGE_KEYS

SECRET = "s3cret"
RIGHT = {
    "BRIDGE_HOST": "127.0.0.1",
    "BRIDGE_KEYS": BRIDGE_KEYS,
    "BRIDGE_PORT": "8081",
    "BRIDGE_PUBLIC_URL": "https://orders.example",
    "BRIDGE_SECRET": "required",
    "LOG_FORMAT": "json",
    "METRICS_ADDRESS": "0.0.0.0:9464",
    "NOTIFY_URLS": f"json://ann:{SECRET}@127.0.0.1/",
    "STORE_URL": "file:///srv/evidence",
    "TEMPORAL_DEPLOYMENT_NAME": "number-orders",
    "TEMPORAL_UI_URL": "https://temporal.example",
    "TEMPORAL_WORKER_BUILD_ID": "2026-11-24",
    "TENIOS_ACCESS_KEY": f"key-{SECRET}",
    "TENIOS_BASE_URL": "https://api.example",
    "TENIOS_CALLS_PER_SECOND": "5",
}
ALL = (WorkerSettings, BridgeSettings, LogSettings)
BLANKS = {
    *("NOTIFY_URLS", "STORE_URL", "TENIOS_ACCESS_KEY"),
    *("TEMPORAL_DEPLOYMENT_NAME", "TEMPORAL_WORKER_BUILD_ID"),
}
"""What may have blanks in it, as far as we know."""
UNSEEN = {
    "blank": " ",
    "newline": "\n",
    "Windows' newline": "\r\n",
    "tab": "\t",
    "NUL": "\0",
    "escape": "\x1b",
    "zero-width space": "\u200b",
    "byte order mark": "\ufeff",
    "non-breaking space": "\u00a0",
    "line separator": "\u2028",
    "right-to-left mark": "\u200f",
    "soft hyphen": "\u00ad",
    "Hangul filler": "\u3164",
    "variation selector": "\ufe0f",
    "no UTF-8": "\udcff",
}


@pytest.fixture
def right(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)


def _values() -> dict[str, object]:
    """Each setting's value as the processes would use it."""
    values: dict[str, object] = {}
    for settings_type in ALL:
        for name, value in load(settings_type):
            text = value.get_secret_value() if isinstance(value, SecretStr) else value
            values[name.upper()] = text
    return values


def _put(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, value: str) -> None:
    """Set a variable, or write the file of it that the environment could not hold."""
    if "\0" not in value:
        monkeypatch.setenv(name, value)
        return
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SECRETS_DIR", str(folder))
    (folder / name.lower()).write_text(value)


def test_all_settings_are_tried() -> None:
    """A setting that is new is in the table above."""
    assert {name.upper() for settings_type in ALL for name in settings_type.model_fields} == set(
        RIGHT
    )


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("odd", UNSEEN)
def test_unseen_around(
    right: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, odd: str
) -> None:
    """What nobody sees at the ends of a value is taken away, and quotes around it."""
    before = _values()
    value, beside = RIGHT[name], UNSEEN[odd]
    for around in (
        f"{value}{beside}",
        f"{beside}{value}",
        f'{beside}"{beside}{value}{beside}"{beside}',
        f"'{value}{beside}'",
    ):
        _put(monkeypatch, tmp_path, name, around)
        assert _values() == before


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("odd", UNSEEN)
def test_unseen_inside(
    right: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, odd: str
) -> None:
    """Inside a value it is refused by the setting's name, and the value is not repeated."""
    value = RIGHT[name]
    half = len(value) // 2 if len(value) > 1 else 1
    _put(monkeypatch, tmp_path, name, f"{value[:half]}{UNSEEN[odd]}{value[half:]}x")
    if odd == "blank" and name in BLANKS:
        # It may be meant; who uses the value says what is wrong.
        _values()
        return
    if name == "NOTIFY_URLS" and "newline" in odd:
        # Two entries, which Apprise judges.
        assert "," in str(_values()[name])
        return
    with pytest.raises(UsageError, match=name) as refused:
        _values()
    assert SECRET not in str(refused.value)
    assert BRIDGE_KEYS.partition(":")[2] not in str(refused.value)


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("quoted", ['"{}', "{}'", "“{}”", "„{}“", "`{}`", "«{}»"])
def test_other_quotes(right: None, monkeypatch: pytest.MonkeyPatch, name: str, quoted: str) -> None:
    """One quote alone, or those of a word processor, are refused by the setting's name."""
    monkeypatch.setenv(name, quoted.format(RIGHT[name]))
    with pytest.raises(UsageError, match=name) as refused:
        _values()
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("empty", ["", " ", "\n", "''", '" "', "\u200b"])
def test_empty(
    right: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, empty: str
) -> None:
    """A value of which nothing is left counts as not set, and its file is looked at."""
    monkeypatch.setenv(name, empty)
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    (tmp_path / name.lower()).write_text(f"\ufeff{RIGHT[name]}\n")
    with_file = _values()
    monkeypatch.setenv(name, RIGHT[name])
    assert with_file == _values()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            (name, value)
            for name in ("BRIDGE_PUBLIC_URL", "TEMPORAL_UI_URL", "TENIOS_BASE_URL")
            for value in (
                f"https://ann:{SECRET}@orders.example",
                f"https://[{SECRET}",
                "https://",
                "https://orders.example:99999",
                "https://orders.example:x",
                "https://orders example",
                "https://örders.example",
                'https://orders.example/"x',
                "https://orders.example\\x",
                "https://orders.example/?",
                "https://orders.example/#",
                "ftp://orders.example",
                "orders.example",
            )
        ),
        ("TEMPORAL_DEPLOYMENT_NAME", f"{SECRET}:1"),
        ("TEMPORAL_UI_URL", f"https://temporal.example/namespaces/{SECRET}/workflows"),
        ("TEMPORAL_UI_URL", f"https://temporal.example/ui/namespaces/?{SECRET}"),
        ("TEMPORAL_WORKER_BUILD_ID", f"{SECRET}:1"),
        ("TENIOS_CALLS_PER_SECOND", "inf"),
        ("TENIOS_CALLS_PER_SECOND", "nan"),
        ("METRICS_ADDRESS", "127.0.0.1:+9464"),
        ("BRIDGE_PORT", "65536"),
    ],
)
def test_wrong(right: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """What could only be refused later is refused by its name, and not repeated."""
    _values()
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=name) as refused:
        _values()
    assert SECRET not in str(refused.value)


def test_each_wrong_one_is_named(right: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several that are wrong are named together."""
    monkeypatch.setenv("BRIDGE_PUBLIC_URL", "https://a\u200bb")
    monkeypatch.setenv("TENIOS_ACCESS_KEY", "a\u200bb")
    with pytest.raises(UsageError, match=r"TENIOS_ACCESS_KEY .*U\+200B.* BRIDGE_PUBLIC_URL "):
        load(WorkerSettings)


@pytest.mark.parametrize("written", ["https://a.example/ui", "https://a.example/ui//"])
def test_address_of_the_web_ui(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    """The Web UI may be below a path, and slashes at the end do not matter."""
    monkeypatch.setenv("TEMPORAL_UI_URL", written)
    assert load(WebUiSettings).temporal_ui_url == "https://a.example/ui"


def test_a_page_of_the_web_ui(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that was copied from a page of it is refused with what to leave out."""
    monkeypatch.setenv("TEMPORAL_UI_URL", "https://a.example/namespaces/default/workflows")
    with pytest.raises(UsageError, match=r"TEMPORAL_UI_URL is wrong: .* without /namespaces"):
        load(WebUiSettings)


def test_host_in_brackets(right: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An IPv6 address may be written as in a URL."""
    monkeypatch.setenv("BRIDGE_HOST", "[::1]")
    assert load(BridgeSettings).bridge_host == "::1"


@pytest.mark.parametrize(
    "text", ["k1:{0},k2:{0}", "k1:{0}\nk2:{0}\n", "k1:{0},\r\n k2:{0},\r\n", '"k1:{0}", "k2:{0}"']
)
def test_lists(right: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str) -> None:
    """The entries of a list stand between commas, or in a file on a line each."""
    monkeypatch.delenv("BRIDGE_KEYS")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    (tmp_path / "bridge_keys").write_text(text.format(BRIDGE_KEYS.partition(":")[2]))
    assert list(load(BridgeSettings).callback_keys.keys) == ["k1", "k2"]


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


def _folder(file: Path) -> None:
    file.mkdir()


def _bytes(file: Path) -> None:
    file.write_bytes(f"{SECRET}\xe9".encode("latin-1"))


@pytest.mark.parametrize("made", [_folder, _bytes])
def test_secret_files_that_cannot_be_read(
    right: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    made: typing.Callable[[Path], None],
) -> None:
    """A file of secrets that cannot be read is named with its path, and not repeated."""
    monkeypatch.delenv("TENIOS_ACCESS_KEY")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    made(tmp_path / "tenios_access_key")
    with pytest.raises(UsageError, match=str(tmp_path / "tenios_access_key")) as refused:
        load(WorkerSettings)
    assert SECRET not in str(refused.value)


def test_a_folder_of_secrets_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped folder is named, instead of each secret that would be in it."""
    monkeypatch.setenv("SECRETS_DIR", "/no/such/folder")
    with pytest.raises(UsageError, match="SECRETS_DIR"):
        load(WorkerSettings)
