"""The same commands against an embedded server, a cluster behind mTLS and Temporal Cloud's form."""

import json
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.conftest import ACCESS_KEY, BRIDGE_KEYS
from tests.support.authority import Authority
from tests.support.command import COMMAND, EXAMPLES, Run, environment, make_store, run
from tests.support.processes import Processes
from tests.support.temporal_gateway import gateway
from tests.support.until import until

API_KEY = "key-of-the-cloud"
WRONG_KEY = "wr0ng-key"

Settings = dict[str, str]


@dataclass(frozen=True)
class Temporals:
    """One server, and the ways to it: by the profiles of examples/, and by variables alone."""

    folder: Path
    by_profile: dict[str, Settings]
    by_variables: dict[str, Settings]
    foreign_ca: str
    foreign_client: Settings = field(repr=False)


@pytest.fixture(scope="module")
async def temporals(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Temporals]:
    """A server with two gateways in front of it, and the namespaces that the profiles name."""
    folder = tmp_path_factory.mktemp("temporals")
    ours, foreign = Authority(folder / "ours"), Authority(folder / "foreign")
    server, client, foreign_client = ours.issue("server"), ours.issue("client"), foreign.issue("x")
    binary = shutil.which("temporal", path=str(Path(sys.executable).parent))
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=binary) as embedded:
        local = embedded.client.service_client.config.target_host
        cloud_namespace = "number-orders.a1b2c"
        async with (
            gateway(local, server, client_ca=ours.certificate) as cluster,
            gateway(local, server, api_key=API_KEY, namespace=cloud_namespace) as cloud,
        ):
            # As somebody would in the Cloud's web page.
            made = await run(
                folder, "setup", TEMPORAL_ADDRESS=local, TEMPORAL_NAMESPACE=cloud_namespace
            )
            assert made.code == 0, made.errors
            profiles = _profiles(
                folder,
                {
                    "127.0.0.1:7233": local,
                    "temporal.example:7233": cluster,
                    "/etc/number-orders/ca.pem": str(ours.certificate),
                    "/etc/number-orders/client.pem": str(client[0]),
                    "/etc/number-orders/client.key": str(client[1]),
                    "eu-central-1.aws.api.temporal.io:7233": cloud,
                    "the-key": API_KEY,
                },
            )
            ca = {"TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(ours.certificate)}
            yield Temporals(
                folder=folder,
                by_profile={
                    "local": profiles | {"TEMPORAL_PROFILE": "local"},
                    "cluster": profiles | {"TEMPORAL_PROFILE": "cluster"},
                    # The authorities of the system know Temporal Cloud; they do not know ours.
                    "cloud": profiles | {"TEMPORAL_PROFILE": "cloud"} | ca,
                },
                by_variables={
                    "local": {"TEMPORAL_ADDRESS": local},
                    "cluster": {
                        "TEMPORAL_ADDRESS": cluster,
                        "TEMPORAL_NAMESPACE": "number-orders",
                        **ca,
                        **_client_certificate(client),
                    },
                    "cloud": {
                        "TEMPORAL_ADDRESS": cloud,
                        "TEMPORAL_NAMESPACE": cloud_namespace,
                        "TEMPORAL_API_KEY": API_KEY,
                        **ca,
                    },
                },
                foreign_ca=str(foreign.certificate),
                foreign_client=_client_certificate(foreign_client),
            )


def _profiles(folder: Path, real: Settings) -> Settings:
    """The example's profiles as they stand there, but for addresses, paths and the key."""
    text = (EXAMPLES / "temporal.toml").read_text()
    for example, value in real.items():
        assert example in text
        text = text.replace(f'"{example}"', f'"{value}"')
    (folder / "temporal.toml").write_text(text)
    return {"TEMPORAL_CONFIG_FILE": str(folder / "temporal.toml")}


def _client_certificate(issued: tuple[Path, Path]) -> Settings:
    return {
        "TEMPORAL_TLS_CLIENT_CERT_PATH": str(issued[0]),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(issued[1]),
    }


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    """Workers and bridges, stopped when the test is over."""
    processes = Processes(tmp_path)
    yield processes
    processes.stop_all()


HOW = {
    "local": "no TLS, no API key",
    "cluster": "TLS, client certificate, no API key",
    "cloud": "TLS, API key",
}


@pytest.mark.parametrize("name", HOW)
async def test_profile(
    tmp_path: Path, temporals: Temporals, processes: Processes, sandbox_url: str, name: str
) -> None:
    """Setup, an order's start, worker, bridge, doctor and list work with each profile as it is."""
    settings = {
        **temporals.by_profile[name],
        "TENIOS_BASE_URL": sandbox_url,
        "TENIOS_ACCESS_KEY": ACCESS_KEY,
        "BRIDGE_KEYS": BRIDGE_KEYS,
        "BRIDGE_PORT": "0",
    }
    made = await run(tmp_path, "setup", **settings)
    assert (made.code, made.errors) == (0, "")
    started = await run(tmp_path, "start", str(EXAMPLES / "cologne.json"), **settings)
    assert (started.code, started.errors) == (0, "")

    processes.start("bridge", [COMMAND, "bridge"], environment(settings))
    url = (await processes.says("bridge", "Listening on")).rpartition(" ")[2]
    settings["BRIDGE_PUBLIC_URL"] = url
    processes.start("worker", [COMMAND, "worker"], environment(settings))
    await processes.says("worker", "Working on")

    async def is_listed() -> Run:
        listed = await run(tmp_path, "list", "--json", **settings)
        orders = json.loads(listed.output)
        assert [order["OrderStatus"] for order in orders] == ["awaiting_approval"]
        return listed

    listed = await until(is_listed)
    assert (listed.code, listed.errors) == (0, "")
    examined = await run(tmp_path, "doctor", "--json", **settings)
    findings = {finding["check"]: finding for finding in json.loads(examined.output)}
    assert {f["check"]: f for f in findings.values() if f["level"] != "ok"} == {}
    assert (examined.code, examined.errors) == (0, "")
    assert findings["temporal"]["found"].endswith(HOW[name])


def test_readme_shows_the_profiles() -> None:
    """The README shows the very file that is tried here."""
    profiles = (EXAMPLES / "temporal.toml").read_text()
    assert f"```toml\n{profiles}```" in (EXAMPLES.parent / "README.md").read_text()


@pytest.mark.parametrize("name", HOW)
async def test_variables(tmp_path: Path, temporals: Temporals, name: str) -> None:
    """Variables of the environment alone do as well."""
    for command in ("setup", "list"):
        ended = await run(tmp_path, command, **temporals.by_variables[name])
        assert (ended.code, ended.errors) == (0, "")
    examined = await run(tmp_path, "doctor", **temporals.by_variables[name])
    assert HOW[name] in examined.output


Change = Callable[[Temporals], Settings]


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (
            "cluster",
            lambda t: {"TEMPORAL_TLS_SERVER_CA_CERT_PATH": t.foreign_ca},
            "certificate was not accepted (UnknownIssuer): set TEMPORAL_TLS_SERVER_CA_CERT_PATH",
        ),
        (
            "cluster",
            lambda _: {"TEMPORAL_TLS_SERVER_CA_CERT_PATH": ""},
            "certificate was not accepted (UnknownIssuer): set TEMPORAL_TLS_SERVER_CA_CERT_PATH",
        ),
        (
            "cluster",
            lambda _: {"TEMPORAL_TLS_CLIENT_CERT_PATH": "", "TEMPORAL_TLS_CLIENT_KEY_PATH": ""},
            "it probably wants a client certificate",
        ),
        ("cluster", lambda t: t.foreign_client, "it probably wants a client certificate"),
        (
            "cluster",
            lambda t: {
                "TEMPORAL_TLS_CLIENT_KEY_PATH": t.foreign_client["TEMPORAL_TLS_CLIENT_KEY_PATH"]
            },
            "do not belong together",
        ),
        (
            "cluster",
            lambda _: {"TEMPORAL_TLS_SERVER_NAME": "other.example"},
            "(NotValidForName): set TEMPORAL_TLS_SERVER_NAME",
        ),
        ("cluster", lambda _: {"TEMPORAL_TLS": "false"}, "it probably wants TLS"),
        ("cluster", lambda _: {"TEMPORAL_NAMESPACE": "nope"}, "Temporal has no namespace nope"),
        ("cloud", lambda _: {"TEMPORAL_API_KEY": WRONG_KEY}, "the API key is missing, wrong"),
        ("cloud", lambda _: {"TEMPORAL_API_KEY": ""}, "the API key is missing, wrong"),
        ("cloud", lambda _: {"TEMPORAL_NAMESPACE": "nope"}, "gives no right to this namespace"),
        ("local", lambda _: {"TEMPORAL_TLS": "true"}, "it speaks no TLS"),
        ("local", lambda _: {"TEMPORAL_ADDRESS": "https://localhost"}, "expected host:port"),
        ("local", lambda _: {"TEMPORAL_CONFIG_FILE": "no/file"}, "there is no file no/file"),
        ("local", lambda _: {"TEMPORAL_PROFILE": "no-such"}, "no-such"),
    ],
)
async def test_wrong(
    tmp_path: Path, temporals: Temporals, name: str, change: Change, says: str
) -> None:
    """What is wrong is said in one line with its remedy, and no key in it."""
    settings = temporals.by_variables[name] | change(temporals)
    _is_one_line(await run(tmp_path, "list", **settings), says)


async def test_unreadable_profiles(tmp_path: Path) -> None:
    """A file that is no TOML is said in one line, without the line that may hold the key."""
    (tmp_path / "temporal.toml").write_text(f"[profile.default]\napi_key = {WRONG_KEY}\n")
    ended = await run(tmp_path, "list", TEMPORAL_CONFIG_FILE="temporal.toml")
    _is_one_line(ended, "the profile are wrong")


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("local", {"TEMPORAL_NAMESPACE": "nope"}, "Temporal has no namespace nope"),
        ("cloud", {"TEMPORAL_API_KEY": WRONG_KEY}, "the API key is missing, wrong"),
    ],
)
async def test_worker(
    tmp_path: Path, temporals: Temporals, name: str, change: Settings, says: str
) -> None:
    """A worker says it in one line as well."""
    settings = {
        **temporals.by_variables[name],
        **change,
        "TENIOS_ACCESS_KEY": ACCESS_KEY,
        "BRIDGE_KEYS": BRIDGE_KEYS,
        "BRIDGE_PUBLIC_URL": "https://bridge.example",
    }
    _is_one_line(await run(tmp_path, "worker", **settings), says)


async def test_doctor(tmp_path: Path, temporals: Temporals) -> None:
    """The doctor says what is wrong, skips what needs Temporal, and looks at all else."""
    await make_store(tmp_path)
    settings = temporals.by_variables["cloud"] | {"TEMPORAL_API_KEY": WRONG_KEY}
    examined = await run(tmp_path, "doctor", "--json", **settings)
    levels = {finding["check"]: finding["level"] for finding in json.loads(examined.output)}
    assert examined.code == 1
    assert (levels["temporal"], levels["workers"], levels["store"]) == ("FAIL", "skip", "ok")
    assert "the API key is missing, wrong" in examined.output
    assert WRONG_KEY not in examined.output


def _is_one_line(ended: Run, says: str) -> None:
    assert ended.code in {1, 2}
    assert ended.output == ""
    assert says in ended.errors
    assert ended.errors.count("\n") == 1
    assert API_KEY not in ended.errors
    assert WRONG_KEY not in ended.errors
