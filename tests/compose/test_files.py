"""What a deployment is made of: the files agree with each other, and tools accept them."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.worker.main import GRACE
from tests.compose.composed import OUR_IMAGE, ROOT, read_compose_file, variables
from tests.support.tools import needs

SERVICES = read_compose_file({})
OURS = {name for name, service in SERVICES.items() if service["image"].startswith(OUR_IMAGE)}


def test_docker_compose_accepts_the_file(tmp_path: Path) -> None:
    """`docker-compose config` accepts it, with all its profiles."""
    compose = needs("docker-compose", "docker-compose")
    run = subprocess.run(
        [compose, "--file", str(ROOT / "docker-compose.yml"), "--profile", "sandbox",
         "--profile", "cli", "config", "--quiet"],
        cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")


def test_haproxy_accepts_its_configuration() -> None:
    """HAProxy accepts its configuration without a warning."""
    haproxy = needs("haproxy", "haproxy")
    bridges = {"BRIDGE_1": "127.0.0.1:8081", "BRIDGE_2": "127.0.0.1:8082"}
    run = subprocess.run(
        [haproxy, "-c", "-f", str(ROOT / "deploy" / "haproxy.cfg")],
        env={**os.environ, **bridges}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "WARNING" not in run.stderr


def test_every_variable_is_explained() -> None:
    """`.env.example` explains exactly the variables that the file takes."""
    example = (ROOT / ".env.example").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == variables()


def test_every_secret_is_made(tmp_path: Path) -> None:
    """`make secrets` makes exactly the files that the services are given, and replaces none."""
    folder = tmp_path / "secrets"
    make = ["make", "--silent", "secrets", f"SECRETS_FOLDER={folder}"]
    subprocess.run(make, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    made = {file.name: file.read_text() for file in folder.iterdir()}
    subprocess.run(make, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    given = [secret for service in SERVICES.values() for secret in service.get("secrets", [])]
    assert made.keys() == set(given)
    assert made == {file.name: file.read_text() for file in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700
    CallbackKeys.parse(made["bridge_keys"])


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_service_is_confined(name: str) -> None:
    """A service has a pinned version, no rights that it does not use, and bounded logs."""
    service = SERVICES[name]
    if name not in OURS:
        assert re.search(r":\d+\.\d+[\d.]*$", service["image"])
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"]["max-size"]
    assert service["read_only"] or name == "temporal-ui"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_is_in_an_environment(name: str) -> None:
    """Secrets come as files."""
    environment: dict[str, Any] = SERVICES[name].get("environment") or {}
    secret = {"BRIDGE_KEYS", "TENIOS_ACCESS_KEY", "NOTIFY_URLS", "POSTGRES_PWD", "SQL_PASSWORD"}
    assert not secret & environment.keys()


def test_only_callbacks_and_the_ui_are_published() -> None:
    """The callback port is published, and on loopback the Web UI."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"proxy": ["127.0.0.1:8081:8080"], "temporal-ui": ["127.0.0.1:8080:8080"]}


def test_a_worker_is_given_the_time_it_needs() -> None:
    """A worker that is stopped may finish its call to TENIOS before it is killed."""
    for name in ("worker-1", "worker-2"):
        assert int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > GRACE.total_seconds()


def test_the_database_is_out_of_reach() -> None:
    """Only Temporal and what makes its tables share a network with PostgreSQL."""
    near = {name for name, service in SERVICES.items() if "database" in service.get("networks", [])}
    assert near == {"postgresql", "temporal", "temporal-schema"}
