"""Programs that some tests need and that Python's packages do not bring."""

import os
import shutil

import pytest


def needs(program: str, debian_package: str) -> str:
    """The path of a program; the test is skipped without it, but not where everything must run."""
    path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if path is not None:
        return path
    message = f"{program} is not installed (Debian: {debian_package})"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
