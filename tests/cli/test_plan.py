"""`number-orders plan` and `template`."""

import json
from pathlib import Path

from tests.support.command import run, run_installed
from tests.support.order_driver import PDF

AWAY = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}
HEADERS = "ID;Ort;PLZ;Straße;Haus-Nr.;Vorwahl;Dokumentart\n"
RIGHT = "a;Köln;50667;Domkloster;4;0221;Gewerbeschein\n"
WRONG = "b;Dresden;1067;Markt;12.0;351;Foto\n"


def files(folder: Path, content: bytes) -> Path:
    (folder / "a.csv").write_bytes(content)
    (folder / "proof.pdf").write_bytes(PDF)
    return folder


async def test_right(tmp_path: Path) -> None:
    """What needs no network is done where Temporal is away, and it is said what is not."""
    folder = files(tmp_path, (HEADERS + RIGHT).encode("cp1252"))
    ended = await run_installed(folder, "plan", "a.csv", "--document", "proof.pdf", **AWAY)
    assert "The rows are not compared with the orders there are: Temporal is not" in ended.errors
    assert ended.output.splitlines() == [
        "Read as cp1252; --encoding names another one.",
        "1 not compared",
    ]
    assert ended.code == 1


async def test_wrong(tmp_path: Path) -> None:
    """Each problem stands in a line of its own, and the command ends with 1."""
    folder = files(tmp_path, (HEADERS + RIGHT + WRONG).encode())
    ended = await run(folder, "plan", "a.csv", "--document", "proof.pdf", **AWAY)
    _, zip_code, house, kind, summary = ended.output.splitlines()
    assert zip_code == (
        "Row 3, PLZ: a German zip has five digits; did a spreadsheet drop its zero? 01067"
        " (proposed: 01067)"
    )
    assert house.startswith("Row 3, Haus-Nr.: is 12.0")
    assert kind.startswith("Row 3, Dokumentart: expected one of ALLOCATION_NOTICE")
    assert summary == "1 not compared · 1 wrong (--fix takes the 2 proposed values)"
    assert ended.code == 1


async def test_fixed(tmp_path: Path) -> None:
    """Proposals are taken by a flag, and each one is named."""
    folder = files(tmp_path, (HEADERS + WRONG.replace("Foto", "Vertrag")).encode())
    ended = await run(folder, "plan", "a.csv", "--document", "proof.pdf", "--fix", **AWAY)
    assert "Row 2, PLZ: 01067 is taken." in ended.output
    assert "Row 2, Haus-Nr.: 12 is taken." in ended.output
    assert ended.output.endswith("\n1 not compared\n")


async def test_json(tmp_path: Path) -> None:
    """A program gets the same, by row and field."""
    folder = files(tmp_path, (HEADERS + RIGHT + WRONG).encode())
    ended = await run(folder, "plan", "a.csv", "--document", "proof.pdf", "--json", **AWAY)
    plan = json.loads(ended.output)
    right, wrong = plan["rows"]
    assert (right["location_id"], right["number"], right["document"]) == ("a", 1, "proof.pdf")
    assert (wrong["row"], [problem["field"] for problem in wrong["problems"]]) == (
        3,
        ["zip", "house_number", "document_type"],
    )
    assert wrong["problems"][0]["proposal"] == "01067"
    assert ended.code == 1


async def test_whole_table(tmp_path: Path) -> None:
    """What is wrong with the table as a whole is said with what to do."""
    folder = files(tmp_path, HEADERS.encode())
    ended = await run(folder, "plan", "a.csv", **AWAY)
    assert "There is no row below the headers in row 1." in ended.output
    assert "nothing to do: the table has to be corrected" in ended.output
    assert ended.code == 1
    ended = await run(folder, "plan", "proof.pdf", **AWAY)
    assert "proof.pdf: expected an .xlsx, .xls, .ods or .csv" in ended.errors
    assert ended.code == 2


async def test_terminal(tmp_path: Path) -> None:
    """No header of somebody else's table is obeyed by a terminal."""
    folder = files(tmp_path, (HEADERS.strip() + ";\x07Umsatz\n" + RIGHT).encode())
    ended = await run(folder, "plan", "a.csv", "--document", "proof.pdf", **AWAY)
    assert "Umsatz" in ended.output
    assert "\x07" not in ended.output


async def test_checked(tmp_path: Path) -> None:
    """A copy with remarks is written where nothing is, and is an .xlsx."""
    folder = files(tmp_path, (HEADERS + WRONG).encode())
    arguments = ("plan", "a.csv", "--document", "proof.pdf", "--checked")
    ended = await run(folder, *arguments, "b.xlsx", **AWAY)
    assert ended.code == 1
    again = await run(folder, "plan", "b.xlsx", "--document", "proof.pdf", **AWAY)
    assert again.output.splitlines()[:-1] == ended.output.splitlines()[1:-1]
    refused = await run(folder, *arguments, "b.xlsx", **AWAY)
    assert "b.xlsx: is there already; name another file, or remove it" in refused.errors
    assert refused.code == 2
    assert (await run(folder, *arguments, "b.csv", **AWAY)).code == 2
    assert not (folder / "b.csv").exists()


async def test_template(tmp_path: Path) -> None:
    """A template is written once, in German or English, and plan reads it."""
    ended = await run(tmp_path, "template", "a.xlsx")
    assert ended.output == (
        "a.xlsx is written: fill it in, and check it with number-orders plan a.xlsx\n"
    )
    assert "is there already" in (await run(tmp_path, "template", "a.xlsx")).errors
    assert (await run(tmp_path, "template", "b.xlsx", "--language", "en")).code == 0
    assert "a template is an .xlsx" in (await run(tmp_path, "template", "a.csv")).errors
    assert "the template's example" in (await run(tmp_path, "plan", "b.xlsx", **AWAY)).output
