"""What the pages for day and night tell people to type and to write exists."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from number_orders.cli.main import COMMANDS as ALL_COMMANDS
from number_orders.cli.main import command
from tests.compose.composed import OUR_IMAGE, ROOT, read_compose_file
from tests.support.tools import needs

DAY, NIGHT = ((ROOT / "docs" / page).read_text() for page in ("production.md", "runbook.md"))
PAGES = DAY + NIGHT
COMMANDS = "\n".join(re.findall(r"```console\n(.*?)```", PAGES, re.DOTALL))
SERVICES = read_compose_file({})


def test_commands_are_shell() -> None:
    """The commands are what bash takes."""
    subprocess.run(["bash", "-n"], input=COMMANDS, text=True, check=True)  # noqa: S607 -- as a person types it


def test_our_commands() -> None:
    """Each command of ours exists, with its flags."""
    known = {name: command(name) for name in ALL_COMMANDS}
    used = re.findall(r"(?:^|\|)\s*number-orders ([^#|\n]+)", COMMANDS, re.MULTILINE)
    used += re.findall(rf"`(?:number-orders )?((?:{'|'.join(known)})\s[^`]+)`", PAGES)
    assert len(used) > 10
    for line in used:
        name, *arguments = shlex.split(line)
        flags = {flag for option in known[name].params for flag in option.opts}
        assert {argument for argument in arguments if argument.startswith("--")} <= flags, line


@pytest.mark.parametrize(
    "command",
    [
        *re.findall(r"docker-compose (?:run|up|stop|exec|build) [^|;<>'\n]+", COMMANDS),
        *re.findall(r"`docker-compose ((?:run|up) [^`]+)`", PAGES),
    ],
)
def test_services(command: str) -> None:
    """A command of docker-compose is about a service of the file."""
    assert {*re.findall(r"[\w$-]+", command)} & {*SERVICES, "$service", "NAME"}


def test_override(tmp_path: Path) -> None:
    """docker-compose accepts the override, and everything of ours that it should reach gets it."""
    compose = needs("docker-compose", "docker-compose")
    override = re.search(r"```yaml\n(.*?)```", DAY, re.DOTALL)
    assert override
    (tmp_path / "docker-compose.yml").write_text((ROOT / "docker-compose.yml").read_text())
    (tmp_path / "docker-compose.override.yml").write_text(override[1])
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "elsewhere.env").write_text("AWS_REGION=eu-central-1\n")
    run = subprocess.run(
        [compose, "--profile", "cli", "config"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    reached = {
        name
        for name, service in yaml.safe_load(run.stdout)["services"].items()
        if (service.get("environment") or {}).get("AWS_REGION") == "eu-central-1"
    }
    ours = {name for name, service in SERVICES.items() if service["image"].startswith(OUR_IMAGE)}
    assert reached == ours - {"sandbox", "first-order"}
