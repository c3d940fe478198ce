"""CSV files of people and programs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from number_orders.runtime.errors import UsageError
from number_orders.spreadsheets.csv_reading import read_csv
from number_orders.spreadsheets.reading import read_table_file
from number_orders.spreadsheets.tables import COLUMNS_AT_MOST, ROWS_AT_MOST
from number_orders.spreadsheets.writing import csv_text
from tests.support.fuzzing import examples

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


def texts(content: bytes, encoding: str | None = None) -> list[list[str]]:
    [sheet] = read_csv(content, encoding=encoding).sheets
    return [[cell.text for cell in row.cells] for row in sheet.rows]


@examples(200)
@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), max_size=5)
    )
)
def test_round_trip(rows: list[list[str]]) -> None:
    """What is written as free text is read back as it was, whatever stands in it."""
    headers = [f"column {number}" for number in range(len(rows[0]) if rows else 1)]
    written = csv_text(headers, rows, free_text=headers)
    assert texts(written.encode()) == [headers, *rows]


def test_formulas() -> None:
    """Free text that begins as a formula is made harmless; a phone number is written as it is."""
    dangerous = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1"]
    rows = [[text, "+49221123456"] for text in dangerous]
    written = csv_text(["reason", "phone_number"], rows, free_text={"reason"})
    for text in dangerous:
        assert f'"\'{text}"' in written
    assert '"+49221123456"' in written
    assert texts(written.encode())[1:] == rows


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_delimiter(delimiter: str) -> None:
    """What separates the columns is found, although texts and a title hold the other ones."""
    rows = ["Standorte, Stand: Mai", delimiter.join("abcd")]
    rows += [delimiter.join(["1", '"Hof 3, links; oben"', "x", "y"])] * 3
    assert texts("\n".join(rows).encode())[2] == ["1", "Hof 3, links; oben", "x", "y"]


def test_delimiters_in_a_text() -> None:
    """What stands between quotation marks separates nothing, however often it stands there."""
    rows = [["a", "b;c;d;e"], ["f", "g"]]
    assert texts(csv_text(["x", "y"], rows).encode())[1:] == rows


def test_declared_delimiter() -> None:
    """A first line that names the delimiter for Excel is no row."""
    [sheet] = read_csv(b"sep=;\r\na,1,2;b,3,4\r\n").sheets
    assert [cell.text for cell in sheet.rows[0].cells] == ["a,1,2", "b,3,4"]
    assert sheet.rows[0].number == 1


def test_quotation_marks_in_a_text() -> None:
    """A quotation mark in the middle of a text is one."""
    assert texts(b'a;b\nHaus "Sonne";"x" y\n')[1] == ['Haus "Sonne"', "x y"]


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
def test_encoding(written: str, used: str) -> None:
    """UTF-8 and UTF-16 are told by what they are, and Windows-1252 is the rest."""
    file = read_csv("Ort;PLZ\nKöln;50667\n".encode(written))
    assert file.encoding == used
    assert [cell.text for cell in file.sheets[0].rows[0].cells] == ["Ort", "PLZ"]
    assert file.sheets[0].rows[1].cells[0].text == "Köln"


def test_named_encoding() -> None:
    """An encoding that is named wins over what the file could be."""
    assert texts("Köln".encode("mac-roman"), "mac-roman") == [["Köln"]]
    assert texts("Köln".encode(), "cp1252") == [["KÃ¶ln"]]


@pytest.mark.parametrize(
    ("content", "encoding", "says"),
    [
        (b"K\xf6ln", "utf-8", "is not in the encoding utf-8; name its encoding: --encoding"),
        (b"K\x81ln", None, "is not in the encoding cp1252; name"),
        ("Ort".encode("utf-16-le"), None, "is not in the encoding utf-8, or no text"),
        (b"x", "klingon", "there is no encoding of that name"),
        (b"x", "base64", "there is no encoding of that name"),
        (b"x", "a\0b", "there is no encoding of that name"),
        (b"x\n" * (ROWS_AT_MOST + 1), None, f"has more than {ROWS_AT_MOST} rows; split it"),
        (b";" * COLUMNS_AT_MOST, None, f"row 1 has more than {COLUMNS_AT_MOST} columns"),
        (b"a;b\nc;" + b"x" * 32_768, None, "row 2, column B: has more than 32767 characters"),
        (b'"' + b"x" * 2**25 + b'x"', None, "is no CSV"),
    ],
    ids=range(10),
)
def test_refused(tmp_path: Path, content: bytes, encoding: str | None, says: str) -> None:
    """What cannot be read is refused with what to do."""
    with pytest.raises(UsageError) as refused:
        read_csv(content, encoding=encoding)
    assert says in str(refused.value)


@examples(200)
@given(st.binary(max_size=300))
def test_any_content(content: bytes) -> None:
    """Whatever is in a file, it is a table or an error of ours."""
    rows, said = None, ""
    try:
        rows = texts(content)
    except UsageError as error:
        said = str(error)
    assert (rows is None) == ("encoding" in said)


def test_file_name(tmp_path: Path) -> None:
    """An error begins with the file's name."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"K\x81ln")
    with pytest.raises(UsageError) as refused:
        read_table_file(path)
    assert str(refused.value).startswith(f"{path}: is not in the encoding")
