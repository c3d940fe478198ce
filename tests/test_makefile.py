"""The Makefile's recipes, whatever their user's own ways with pip and Python are."""

import os
import shutil
import subprocess
from pathlib import Path

_OWN = {
    "PIP_USER": "1",
    "PIP_REQUIRE_HASHES": "1",
    **{
        f"PIP_{name}": "x"
        for name in ("TARGET", "PREFIX", "ROOT", "CONSTRAINT", "NO_BINARY", "NO_DEPS", "DRY_RUN")
    },
    "PYTHONPATH": "x",
    "PYTHONHOME": "x",
    "PIP_INDEX_URL": "https://packages.example/simple",
    "PIP_PROXY": "http://proxy.example",
}


def test_foreign_settings() -> None:
    """What would install elsewhere, or find other packages, is kept out; indexes are kept."""
    make = shutil.which("make")
    assert make
    shown = subprocess.run(
        [make, "--silent", "--eval", "shown:;@env", "shown"],
        cwd=Path(__file__).parents[1],
        env={"PATH": os.environ["PATH"], **_OWN},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    kept = dict(
        line.split("=", 1) for line in shown.splitlines() if line.startswith(("PIP_", "PYTHON"))
    )
    assert kept == {
        "PIP_USER": "0",
        "PIP_REQUIRE_HASHES": "0",
        "PIP_INDEX_URL": "https://packages.example/simple",
        "PIP_PROXY": "http://proxy.example",
    }
