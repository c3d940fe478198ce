"""The folders of the project, and every place that lists them."""

import os
import re
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import requires, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "number_orders"
FOLDERS = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}


def test_links() -> None:
    """Each folder of code is a part of the package, and so are the demo's examples."""
    links = {path.name: path for path in PACKAGE.iterdir() if path.is_symlink()}
    assert set(links) == FOLDERS | {"examples"}
    for name, link in links.items():
        assert link.resolve() == ROOT / name


def test_image() -> None:
    """The image is built from all folders that the package links to."""
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    assert set(copied) == FOLDERS | {"examples", "src"}
    ignored = (ROOT / ".dockerignore").read_text()
    assert set(copied) == set(re.findall(r"^!(\w+)$", ignored, flags=re.MULTILINE))


def test_uvicorn_is_bounded() -> None:
    """A further minor version is tried first, since the bridge subclasses its HTTP protocol."""
    [requirement] = [one for one in requires("number-orders") or () if one.startswith("uvicorn")]
    major, minor = version("uvicorn").split(".")[:2]
    assert requirement == f"uvicorn<{major}.{int(minor) + 1},>={major}.{minor}"


def test_architecture() -> None:
    """The page about the house has a row for each room."""
    page = (ROOT / "docs" / "architecture.md").read_text()
    rooms = set(re.findall(r"^\| `(\w+)/` \|", page, flags=re.MULTILINE))
    assert rooms == FOLDERS


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has our wheel, and what it depends on."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    venv.create(folder / "venv")
    [site] = (folder / "venv").glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # Dependencies of the tests' own environment; its editable install is no file that this follows.
    [ours] = [path for path in sys.path if path.endswith("site-packages") and sys.prefix in path]
    (site / "dependencies.pth").write_text(ours)
    return folder / "venv" / "bin" / "python"


def _ran(python: Path, folder: Path, *arguments: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    search = f"{Path(sys.executable).parent}:{kept['PATH']}"
    ended = subprocess.run(
        [python, *arguments],
        cwd=folder,
        env={**kept, "PATH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_wheel_beside_others(installed: Path, tmp_path: Path) -> None:
    """A caller's own `workflows` and `runtime` stay the caller's, and ours stay ours."""
    for name in FOLDERS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("WHOSE = 'the caller'")
    program = (
        "import number_orders.starters, number_orders.cli.main, runtime, workflows\n"
        "print(workflows.WHOSE, runtime.WHOSE, number_orders.__file__)"
    )
    said = _ran(installed, tmp_path, "-c", program)
    assert said.startswith("the caller the caller ")
    assert str(installed.parents[1]) in said


def test_wheel_owns_one_folder(installed: Path) -> None:
    """No file of ours stands where another wheel may have one, and types are found."""
    [site] = installed.parents[1].glob("lib/python*/site-packages")
    names = {path.name for path in site.iterdir() if path.suffix != ".pth"}
    assert {name for name in names if not name.endswith(".dist-info")} == {"number_orders"}
    assert (site / "number_orders" / "py.typed").is_file()


def test_demo_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    """From the wheel alone, in an empty folder, the demo orders its numbers."""
    assert "completed" in _ran(installed, tmp_path, "-m", "number_orders.cli.main", "demo")


def test_one_name_for_one_class() -> None:
    """No two public classes have one name."""
    names = [
        name
        for folder in sorted(FOLDERS)
        for file in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"^class ([A-Z]\w+)", file.read_text(), flags=re.MULTILINE)
    ]
    assert sorted(names) == sorted(set(names))
