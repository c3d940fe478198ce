"""Which PDF belongs to which location."""

from pathlib import Path

import pytest

from number_orders.batches.document_files import (
    FILES_AT_MOST,
    CheckedDocuments,
    file_in,
    open_folder,
)
from number_orders.runtime.errors import UsageError
from tests.support.order_driver import PDF


def folder(path: Path, *names: str) -> Path:
    for name in names:
        (path / name).write_bytes(PDF)
    return path


@pytest.mark.parametrize(
    "name", ["koeln-1.pdf", "Koeln-1.PDF", "koeln-1_lease.pdf", "koeln-1 lease 2026.pdf"]
)
def test_belongs(tmp_path: Path, name: str) -> None:
    """A file's name is the id, or begins with it and a blank or an underscore."""
    opened = open_folder(folder(tmp_path, name), {"koeln-1", "koeln-10"})
    assert opened.of_location("koeln-1") == tmp_path / name
    assert opened.unused() == ()


@pytest.mark.parametrize("name", ["koeln-10.pdf", "koeln-1-b.pdf", "koeln.pdf", "koeln-1.jpg"])
def test_belongs_to_another(tmp_path: Path, name: str) -> None:
    """Any other name is none of the location's, and is named as unused."""
    opened = open_folder(folder(tmp_path, name), {"koeln-1"})
    with pytest.raises(UsageError, match="is missing: no PDF in"):
        opened.of_location("koeln-1")
    assert opened.unused() == (f"{tmp_path / name}: belongs to no location of the table",)


def test_composed_name(tmp_path: Path) -> None:
    """A name is the same whether its umlauts are composed, as on Linux, or not, as on a Mac."""
    opened = open_folder(folder(tmp_path, "ko\u0308ln_x.pdf"), {"köln"})
    assert opened.of_location("köln").name == "ko\u0308ln_x.pdf"


def test_two_files(tmp_path: Path) -> None:
    """Two files for one location are named, and neither is taken."""
    opened = open_folder(folder(tmp_path, "a.pdf", "a b.pdf"), {"a"})
    with pytest.raises(UsageError) as refused:
        opened.of_location("a")
    assert str(refused.value) == "is one of a b.pdf, a.pdf; leave one, or name it in a column"
    opened = open_folder(folder(tmp_path, *(f"a {place}.pdf" for place in range(3))), {"a"})
    with pytest.raises(UsageError, match=r"is one of a 0.pdf, a 1.pdf, a 2.pdf and 2 more; leave"):
        opened.of_location("a")


def test_two_locations(tmp_path: Path) -> None:
    """A file that fits two locations is named, unless its name is an id as a whole."""
    opened = open_folder(folder(tmp_path, "a_b.pdf", "a_b_c.pdf"), {"a", "a_b"})
    assert opened.of_location("a_b") == tmp_path / "a_b.pdf"
    with pytest.raises(UsageError, match=r"is unclear: a_b_c.pdf fits a and a_b; rename it"):
        opened.of_location("a")
    assert opened.unused() == (
        f"{tmp_path / 'a_b_c.pdf'}: fits a and a_b; rename it, or name it in a column",
    )


def test_files_of_programs(tmp_path: Path) -> None:
    """What a file manager leaves in a folder is not named."""
    assert open_folder(folder(tmp_path, ".DS_Store", "Thumbs.db"), {"a"}).unused() == ()


def test_no_folder(tmp_path: Path) -> None:
    """What is no folder is refused by its name."""
    for path in (tmp_path / "none", folder(tmp_path, "a.pdf") / "a.pdf", Path("a\0b")):
        with pytest.raises(UsageError, match="is no folder that can be read"):
            open_folder(path, {"a"})


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with too many files is refused: it is another one than was meant."""
    monkeypatch.setattr("number_orders.batches.document_files.FILES_AT_MOST", 1)
    with pytest.raises(UsageError, match="has more than 1 files"):
        open_folder(folder(tmp_path, "a.pdf", "b.pdf"), {"a"})
    assert FILES_AT_MOST > 20_000


@pytest.mark.parametrize("name", ["/etc/passwd", "../a.pdf", "x/../../a.pdf"])
def test_outside(tmp_path: Path, name: str) -> None:
    """A table names no file outside of its folder."""
    assert file_in(tmp_path, "x/a.pdf") == tmp_path / "x" / "a.pdf"
    with pytest.raises(UsageError, match="expected the name of a file below"):
        file_in(tmp_path, name)


def test_read_once(tmp_path: Path) -> None:
    """A document is read and looked at once, however many rows have it."""
    path = folder(tmp_path, "a.pdf") / "a.pdf"
    bad = tmp_path / "b.pdf"
    bad.write_bytes(b"x")
    documents = CheckedDocuments()
    first = documents.read(path)
    for _ in range(2):
        with pytest.raises(UsageError, match="is not a PDF"):
            documents.read(bad)
    path.unlink()
    bad.unlink()
    assert documents.read(path) is first
    with pytest.raises(UsageError, match="is not a PDF"):
        documents.read(bad)
