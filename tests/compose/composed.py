"""The services of docker-compose.yml as plain processes: their own commands and environments."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from dotenv.variables import parse_variables

from number_orders.devstack.stack import temporal_command
from tests.support.command import environment as clean_environment
from tests.support.ports import free_port, free_ports
from tests.support.processes import Processes

ROOT = Path(__file__).parents[2]
OUR_IMAGE = "number-orders:"
IMAGE_ROOT = os.environ.get("IMAGE_ROOT")
"""Where tests/image/build left the image: then our services run in that, as in a container."""
_IMAGE_USER = 10001
_IMAGE_PATH = "/opt/number-orders/bin:/usr/local/bin:/usr/bin:/bin"

Service = dict[str, Any]


def read_compose_file(settings: Mapping[str, str]) -> dict[str, Service]:
    """The services, with `settings` for the variables as `.env` would give them."""
    content = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    services: dict[str, Service] = _interpolated(content["services"], settings)
    return services


def variables() -> set[str]:
    """The variables that the file takes from `.env`."""
    text = (ROOT / "docker-compose.yml").read_text()
    return {atom.name for atom in parse_variables(text) if hasattr(atom, "name")}


def _interpolated(value: Any, settings: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {name: _interpolated(item, settings) for name, item in value.items()}
        case list():
            return [_interpolated(item, settings) for item in value]
        case str():
            return "".join(atom.resolve(settings) for atom in parse_variables(value)).replace(
                "$$", "$"
            )
    return value


class ComposedServices:
    """Runs services of the file; a host name becomes a port of this machine, a volume a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = free_ports()
        """Where Temporal, the sandbox and the proxy (as `bridge`) listen."""
        self._bridges = {name: free_port() for name in ("bridge-1", "bridge-2")}
        self._metrics: dict[str, int] = {}
        self._processes = Processes(folder)
        self._secrets = folder / "secrets"
        subprocess.run(
            ["make", "--silent", "secrets", f"SECRETS_FOLDER={self._secrets}"],  # noqa: S607 -- as a person types it
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        # A container gets the files alone, each at its place.
        self._secrets.chmod(0o755)
        self._give_away(folder)
        self.ended = self._processes.ended
        self.end = self._processes.end
        self.stop_all = self._processes.stop_all

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.sandbox}"

    @property
    def bridge_keys(self) -> str:
        return (self._secrets / "bridge_keys").read_text()

    @property
    def store_url(self) -> str:
        return (self._volume("evidence") / "evidence").as_uri()

    def bridge_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._bridges[name]}"

    def metrics_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._metrics[name]}/metrics"

    def start_engine(self) -> None:
        """Temporal with its state in a file, instead of the server and PostgreSQL."""
        # By default a version is said to be drained after minutes.
        drained_soon = [
            argument
            for name in ("VisibilityGracePeriod", "RefreshInterval")
            for argument in (
                "--dynamic-config-value",
                f'matching.wv.VersionDrainageStatus{name}="2s"',
            )
        ]
        command = [*temporal_command(self.ports), *drained_soon]
        self._processes.start("temporal", command, os.environ)

    def start_proxy(self) -> None:
        """The proxy's own configuration, with the bridges where they are here."""
        places = {name.upper().replace("-", "_"): f"127.0.0.1:{port}"
                  for name, port in self._bridges.items()}  # fmt: skip
        haproxy = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
        assert haproxy
        self._processes.start(
            "proxy",
            [haproxy, "-db", "-f", str(ROOT / "deploy" / "haproxy.cfg")],
            {**os.environ, "PROXY_BIND": f"127.0.0.1:{self.ports.bridge}", **places},
        )

    def start(self, name: str, build: str) -> None:
        """Start a service of ours as the image of this build would be run."""
        service = read_compose_file({"NUMBER_ORDERS_VERSION": build})[name]
        self._processes.start(name, self._command(name, service), self.environment(name, build))

    async def run(self, name: str, build: str) -> None:
        """Run a service that ends by itself to its end, which must be a good one."""
        self.start(name, build)
        code = await self._processes.code(name)
        log = (self.folder / "log" / f"{name}.log").read_text()
        assert code == 0, f"{name} ended with {code}:\n{log}"

    async def stop(self, name: str) -> None:
        """Stop a service as `docker-compose stop` does; it must end well within its grace."""
        self.end(name, signal.SIGTERM)
        assert await self._processes.code(name, within_seconds=90) == 0

    def environment(self, name: str, build: str) -> dict[str, str]:
        """What the container would have: the image's, then the file's."""
        service = read_compose_file({"NUMBER_ORDERS_VERSION": build})[name]
        own = {
            variable: self._translated(str(value), service)
            for variable, value in (service.get("environment") or {}).items()
        }
        if name in self._bridges:
            own |= {"BRIDGE_PORT": str(self._bridges[name])}
        if "METRICS_ADDRESS" in own:
            port = self._metrics.setdefault(name, free_port())
            own["METRICS_ADDRESS"] = f"127.0.0.1:{port}"
        image = {"TEMPORAL_WORKER_BUILD_ID": service["build"]["args"]["BUILD_ID"]}
        path = _IMAGE_PATH if IMAGE_ROOT else f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {**clean_environment(image), **own, "PATH": path, "PYTHONWARNINGS": "ignore"}

    def _command(self, name: str, service: Service) -> list[str]:
        entrypoint = service.get("entrypoint", ["number-orders"])
        arguments = [self._translated(argument, service) for argument in service["command"]]
        if name == "sandbox":
            arguments += ["--port", str(self.ports.sandbox)]
        if IMAGE_ROOT:
            in_image = [str(ROOT / "tests" / "image" / "run"), IMAGE_ROOT, str(self.folder)]
            return [*in_image, *entrypoint, *arguments]
        executable = shutil.which(entrypoint[0], path=f"{Path(sys.executable).parent}:/bin")
        assert executable, f"{name}: {shlex.join(entrypoint)}"
        return [executable, *entrypoint[1:], *arguments]

    def _translated(self, text: str, service: Service) -> str:
        places = {
            "http://sandbox:8082": self.sandbox_url,
            "http://proxy:8080": f"http://127.0.0.1:{self.ports.bridge}",
            "temporal:7233": f"127.0.0.1:{self.ports.temporal}",
            "0.0.0.0": "127.0.0.1",  # noqa: S104 -- what is replaced
            "/run/secrets": str(self._secrets),
        }
        if not IMAGE_ROOT:
            places["/usr/share/number-orders/examples"] = str(ROOT / "examples")
        for volume in service.get("volumes", []):
            name, _, target = volume.partition(":")
            places[target] = str(self._volume(name))
        for there, here in places.items():
            text = text.replace(there, here)
        return text

    def _volume(self, name: str) -> Path:
        folder = self.folder / "volumes" / name
        if not folder.exists():
            folder.mkdir(parents=True)
            self._give_away(folder)
        return folder

    @staticmethod
    def _give_away(folder: Path) -> None:
        if IMAGE_ROOT:
            os.chown(folder, _IMAGE_USER, _IMAGE_USER)
