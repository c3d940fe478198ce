"""Which document a row has."""

from pathlib import Path

from number_orders.batches.locations import GivenForAll, read_locations
from tests.support.location_tables import ADDRESS, HEADERS, ONE, told, written
from tests.support.order_driver import PDF


def test_no_document(tmp_path: Path) -> None:
    """Without any document no row is an order, although nothing else is wrong with it."""
    locations = read_locations(written(tmp_path, HEADERS, ONE))
    assert len(locations.problems) == 1
    assert [(row.order, row.document, row.problems) for row in locations.rows] == [(None, None, ())]


def test_documents_of_a_folder(tmp_path: Path) -> None:
    """A row's document is the one that it names, or the one that is named after it."""
    folder = tmp_path / "pdfs"
    folder.mkdir()
    for name in ("a.pdf", "b_c.pdf", "lease.pdf", "left.pdf", "b_c_d.pdf"):
        (folder / name).write_bytes(PDF)
    (folder / "bad.pdf").write_bytes(b"x")
    named = ["", "lease.pdf", "b_c_d.pdf", "../a.pdf", "bad.pdf", ""]
    ids = ["a", "b", "b_c", "d", "e", "f"]
    rows = [(location, *ADDRESS, name) for location, name in zip(ids, named, strict=True)]
    locations = read_locations(
        written(tmp_path, (*HEADERS, "Datei"), *rows), GivenForAll(documents=folder)
    )
    documents = [row.document and row.document.name for row in locations.rows]
    assert documents == ["a.pdf", "lease.pdf", "b_c_d.pdf", None, None, None]
    assert [text.split(";")[0] for text in told(locations)] == [
        f"5 Datei: expected the name of a file below {folder}",
        f"6 Datei: {folder}/bad.pdf is not a PDF",
        (
            f"7 Datei: is missing: no PDF in {folder} has a name that is the id, or begins with it"
            " and a blank or _"
        ),
    ]
    assert locations.notes == (
        "Rows 2, 3, 4 have the same address and different ids.",
        f"{folder}/b_c.pdf: belongs to no location of the table",
        f"{folder}/left.pdf: belongs to no location of the table",
    )


def test_document_beside_the_table(tmp_path: Path) -> None:
    """Without a folder of documents, a column names files beside the table."""
    (tmp_path / "lease.pdf").write_bytes(PDF)
    path = written(tmp_path, (*HEADERS, "PDF"), (*ONE, "lease.pdf"), ("b", *ADDRESS, ""))
    first, second = read_locations(path).rows
    assert first.document == tmp_path / "lease.pdf"
    assert [str(problem).split(";")[0] for problem in second.problems] == [
        (
            "PDF: is missing: name a PDF that proves the address in this column, the folder of PDFs"
            " with --documents, or one for all with --document"
        )
    ]
