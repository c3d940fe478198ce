"""The file `.env`, and variables of others."""

import os
from pathlib import Path

import pytest

from number_orders.runtime.environment import load_dot_env
from number_orders.runtime.errors import UsageError
from number_orders.runtime.telemetry import tracing
from number_orders.runtime.temporal import connect_config
from tests.support.command import run

SECRET = "s3cret"


@pytest.fixture
def dot_env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a current folder of its own; what is read from it is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    for name in ("FIRST", "SECOND", "THIRD"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return tmp_path / ".env"


def test_read(dot_env: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comments, quotes, `export`, a byte order mark and Windows' line ends are understood."""
    monkeypatch.setenv("THIRD", "from the environment")
    dot_env.write_bytes(
        "\ufeffFIRST=1\r\n# Grüße\r\n\r\nexport SECOND='a b' # a note\r\nTHIRD=3\r\n".encode()
    )
    load_dot_env()
    assert [os.environ[name] for name in ("FIRST", "SECOND", "THIRD")] == [
        "1",
        "a b",
        "from the environment",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"FIRST=1\n# Gr\xfc\xdfe\n", r"\.env: line 2 is not UTF-8"),
        (f"FIRST={SECRET}".encode("utf-16"), r"\.env: line 1 is not UTF-8"),
        (f"FIRST={SECRET}".encode("utf-16-le"), r"\.env: line 1 holds a NUL"),
        (b"FIRST=1\nSECOND=s3cret\0\n", r"\.env: line 2 holds a NUL"),
        (b"FIRST=1\n\nSECOND='s3cret\n", r"\.env: line 3 is not of the form NAME=value"),
        (b"FIRST=1\n=s3cret\n", r"\.env: line 2 is not of the form NAME=value"),
        ("\u200bFIRST=s3cret\n".encode(), r"\.env: line 1 is not of the form NAME=value"),
    ],
)
def test_wrong(dot_env: Path, content: bytes, says: str) -> None:
    """What cannot be read is named with its line in one line, and not repeated."""
    dot_env.write_bytes(content)
    with pytest.raises(UsageError, match=says) as refused:
        load_dot_env()
    assert SECRET not in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_wrong_for_a_command(tmp_path: Path) -> None:
    """Each command says so in one line."""
    (tmp_path / ".env").write_bytes(b"# Gr\xfc\xdfe\nA=1\n")
    ended = await run(tmp_path, "list")
    assert (ended.code, ended.output) == (2, "")
    assert ended.errors == "number-orders: .env: line 1 is not UTF-8: save the file as UTF-8\n"


def test_a_folder(dot_env: Path) -> None:
    """A folder of this name is somebody's virtual environment, and none of ours."""
    dot_env.mkdir()
    load_dot_env()


@pytest.mark.parametrize("name", ["TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_API_KEY"])
@pytest.mark.parametrize("odd", ["\n", "\r\n", " ", "\u200b", "\ufeff", "\u00a0", '"', "'"])
def test_temporals_own(monkeypatch: pytest.MonkeyPatch, name: str, odd: str) -> None:
    """Temporal's variables are cleaned as ours are, and what stands in their middle is refused."""
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", os.devnull)
    monkeypatch.setenv(name, SECRET)
    plain = connect_config()
    assert SECRET in str(plain)
    monkeypatch.setenv(name, f"{odd}{SECRET}{odd}")
    assert connect_config() == plain
    if odd not in {" ", '"', "'"}:
        monkeypatch.setenv(name, f"{SECRET}{odd}{SECRET}")
        with pytest.raises(UsageError, match=name) as refused:
            connect_config()
        assert SECRET not in str(refused.value)


def test_a_profiles_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What stands in a profile is cleaned too; an API key that cannot travel is refused."""
    profile = tmp_path / "temporal.toml"
    profile.write_text('[profile.default]\naddress = "127.0.0.1:1\\n"\nnamespace = "a "\n')
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(profile))
    config = connect_config()
    assert (config["target_host"], config.get("namespace")) == ("127.0.0.1:1", "a")
    monkeypatch.setenv("TEMPORAL_API_KEY", f"é{SECRET}")
    with pytest.raises(UsageError, match="TEMPORAL_API_KEY") as refused:
        connect_config()
    assert SECRET not in str(refused.value)


def test_opentelemetrys_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenTelemetry's variables, which it reads itself, are cleaned for it."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", " \n")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", f"key={SECRET}\n")
    assert tracing("a test") == ()
    assert os.environ["OTEL_EXPORTER_OTLP_HEADERS"] == f"key={SECRET}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", f"key={SECRET}\u200bx")
    with pytest.raises(UsageError, match="OTEL_EXPORTER_OTLP_HEADERS") as refused:
        tracing("a test")
    assert SECRET not in str(refused.value)
