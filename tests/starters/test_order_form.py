"""From an order file or a program's fields to an order, or to all that is wrong with them."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from number_orders.runtime.errors import UsageError
from number_orders.starters.errors import OrderRefused
from number_orders.starters.order_form import build_order, checked, read_order_file
from tests.support.order_driver import PDF, order_input

FIELDS: dict[str, Any] = {
    "location_id": "a",
    "city": "Köln",
    "zip": "50667",
    "street": "Geheimstrasse",
    "house_number": "4",
    "area_code": "221",
    "document_type": "CONTRACT",
}
TEXT = json.dumps(FIELDS, ensure_ascii=False)


def refusal(call: Callable[[], object]) -> str:
    """What is said in one line about something that is refused; never the street."""
    with pytest.raises(UsageError) as refused:
        call()
    said = str(refused.value)
    assert "Geheimstrasse" not in said
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (TEXT.encode("cp1252"), "is not UTF-8; save it as UTF-8"),
        (TEXT.replace('"zip"', '"city": "Bonn", "zip"').encode(), "city: stands there twice"),
        (b'{"deadlines": {"completion": "PT1H", "completion": "PT2H"}}', "completion: stands"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"a":' * 200_000, "nested too deep"),
        (b'{"number": ' + b"9" * 5000 + b"}", "a number that is too long"),
        (b'{"number": NaN}', "NaN is no number"),
        (b'{"number": -Infinity}', "-Infinity is no number"),
        (TEXT.encode()[:-1], "is not JSON: Expecting"),
        (TEXT.replace("Köln", "Kö\x00ln").encode(), "is not JSON: Invalid control character"),
        (b"", "is not JSON"),
        *[
            (
                text.encode(),
                f'a text needs double quotes, such as "area_code": "0221" (line 1, {column})',
            )
            for text, column in (
                ('{"zip": 01067}', "column 10"),
                ('{"area_code": 0221}', "column 16"),
                ('{"area_code": 49 221}', "column 18"),
                ('{"area_code": +49 221}', "column 15"),
                ('{"city": Köln}', "column 10"),
                ('{city: "Köln"}', "column 2"),
                ("{'city': 'Köln'}", "column 2"),
            )
        ],
        (b'{"city": "Bonn" "zip": "53111"}', "is not JSON: Expecting ',' delimiter in line 1"),
        (b'"text"', "expected a JSON object"),
        (b"null", "expected a JSON object"),
        (b" " * (2**20 + 1), "larger than 1 MiB"),
    ],
    ids=range(22),
)
def test_file_that_is_no_order(tmp_path: Path, content: bytes, says: str) -> None:
    """What is not an order's JSON is refused in one line that names the file and the remedy."""
    path = tmp_path / "order.json"
    path.write_bytes(content)
    said = refusal(lambda: read_order_file(path))
    assert said.startswith(f"{path}: ")
    assert says in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_an_order_file(tmp_path: Path, encoding: str) -> None:
    """A byte order mark, and UTF-16, which some editors write, are no mistake."""
    path = tmp_path / "order.json"
    path.write_bytes(TEXT.encode(encoding))
    assert read_order_file(path) == FIELDS


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder, a pipe that nobody writes to and an unusable path are named, and nothing hangs."""
    os.mkfifo(tmp_path / "pipe")
    assert "is a folder" in refusal(lambda: read_order_file(tmp_path))
    assert "a pipe" in refusal(lambda: read_order_file(tmp_path / "pipe"))
    assert "cannot be read" in refusal(lambda: read_order_file(tmp_path / "a\0b"))
    assert "File name too long" in refusal(lambda: read_order_file(tmp_path / ("a" * 300)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"deadlines": None}, "deadlines: expected an object such as"),
        ({"deadlines": "PT24H"}, "deadlines: expected an object such as"),
        ({"deadlines": []}, "deadlines: expected an object such as"),
        ({"deadlines": {"completion": "24h"}}, "deadlines.completion: expected a duration such as"),
        ({"deadlines": {"completion": 86400}}, "deadlines.completion: expected a duration such as"),
        ({"deadlines": {"completion": "24"}}, "deadlines.completion: expected a duration such as"),
        ({"deadlines": {"completion": None}}, "deadlines.completion: expected a duration such as"),
        ({"deadlines": {"completion": "P99999999D"}}, "deadlines.completion: "),
        (
            {"deadlines": {"completion": "PT0S"}},
            "deadlines.completion: expected more than 0 seconds",
        ),
        ({"deadlines": {"complete": "PT1H"}}, "deadlines.complete: there is no such field"),
        ({"deadlines": {"completion": {"a": {}}}}, "deadlines.completion: expected a duration"),
        ({"zip": 50667}, 'zip: expected text in quotes, such as "zip": "50667"'),
        ({"area_code": 221}, 'area_code: expected text in quotes, such as "area_code": "221"'),
        ({"house_number": 4}, 'house_number: expected text in quotes, such as "house_number": "4"'),
        ({"city": 1}, 'city: expected text in quotes, such as "city": "Köln"'),
        ({"batch_id": 1}, "batch_id: expected text in quotes"),
        ({"zip": "1067"}, "zip: a German zip has five digits; did a spreadsheet drop its zero?"),
        (
            {"country": "AT", "city": "Wien", "area_code": "1"},
            "zip: an Austrian zip has four digits",
        ),
        ({"city": None}, "city: expected text"),
        ({"city": ["Köln"]}, "city: expected one value"),
        ({"city": {"name": "Köln"}}, "city: expected one value"),
        ({"city": b"K"}, "city: expected text, not bytes"),
        ({"city": "\u200b \u00a0"}, "city: is empty"),
        ({"city": "Kö\x00ln"}, "city: holds a control character"),
        ({"city": "K\ud800ln"}, "city: holds bytes that are no text"),
        ({"city": "K\ufffdln"}, "city: holds a character that was lost"),
        ({"city": "x" * 201}, "city: has more than 200 characters"),
        ({"location_id": "köln-01"}, "location_id: expected letters, digits, . _ -, at most 64"),
        ({"batch_id": ""}, "batch_id: expected letters, digits, . _ -, at most 64"),
        ({"number": True}, "number: expected a whole number"),
        ({"number": "2"}, "number: expected a whole number"),
        ({"number": 1.5}, "number: expected a whole number"),
        ({"number": 1e400}, "number: "),
        ({"number": 0}, "number: expected at least 1"),
        ({"number": 1000}, "number: expected at most 999"),
        ({"number": float("nan")}, "number: expected a whole number"),
        ({"rounds": 10**4000}, "rounds: "),
        ({"link_to_number": "221 123456"}, "link_to_number: cannot be told from other numbers"),
        ({"country": "Germnay"}, "or Österreich; is Germany (DE) meant?"),
        ({"country": "XX"}, "country: is no country's code in ISO 3166"),
        ({"country": 49}, "country: expected text"),
        ({"country": None}, "country: expected text"),
        ({"country": "AT", "area_code": ...}, "area_code: is missing, and numbers in Austria"),
        ({"area_code": ...}, "area_code: is missing; a German area code has 2 to 5 digits"),
        ({"area_code": "222"}, "area_code: is no German area code; Köln has 221, Köln-Porz has"),
        ({"numbering": {"calling_code": "49"}}, "numbering: is no field of an order"),
        ({"link_to_nmber": "+49221123456"}, "link_to_nmber: is no field of an order; known are"),
        ({"a\ud800\n": "x"}, "a??: is no field of an order; known are"),
        ({"document_type": "SELFIE"}, "document_type: expected 'ALLOCATION_NOTICE'"),
        ({"document_type": ...}, "document_type: is missing"),
        ({"street": ...}, "street: is missing"),
    ],
)
def test_wrong_field(changes: dict[str, Any], says: str) -> None:
    """A wrong field is refused by its name, a nested one too, with what is expected."""
    fields = {name: value for name, value in (FIELDS | changes).items() if value is not ...}
    assert says in refusal(lambda: build_order(fields, PDF))


def test_every_wrong_field_at_once() -> None:
    """All that is wrong is said at once, for a program by field."""
    with pytest.raises(OrderRefused) as refused:
        build_order(FIELDS | {"zip": "1067", "city": "\x01", "street": ""}, PDF)
    assert [problem.field for problem in refused.value.problems] == ["street", "city", "zip"]
    with pytest.raises(OrderRefused) as refused:
        build_order(FIELDS | {"zip": "1067", "city": "\x01", "colour": "red"}, PDF)
    assert [problem.field for problem in refused.value.problems] == ["colour", "city", "zip"]


def test_country_that_is_none() -> None:
    """Of an unknown country nothing else is known, so nothing else of it is said."""
    for country in ("XX", "Germnay"):
        with pytest.raises(OrderRefused) as refused:
            build_order(FIELDS | {"country": country, "zip": "1010", "area_code": "1"}, PDF)
        assert [problem.field for problem in refused.value.problems] == ["country"]


def test_cleaning() -> None:
    """What nobody sees is taken out: composition, blanks of any kind, line breaks, direction."""
    order = build_order(
        FIELDS
        | {
            "city": "\ufeffKo\u0308ln\u200b",
            "street": " Hohe\u00a0Straße\r\n\t(Hof) ",
            "area_code": "\u200e0221\u00a0",
            "location_id": "a\u00a0",
            "deadlines": {"completion": "\u00a0PT12H"},
        },
        PDF,
    )
    assert (order.address.city, order.address.street) == ("Köln", "Hohe Straße (Hof)")
    assert (order.area_code, order.location_id) == ("221", "a")
    assert order.deadlines.completion == timedelta(hours=12)


@pytest.mark.parametrize("document", ["contract.pdf", None, Path("contract.pdf")])
def test_document_that_is_no_bytes(document: Any) -> None:
    """A path or a text in the place of the document's bytes is refused as the field that it is."""
    with pytest.raises(OrderRefused) as refused:
        build_order({"document_type": "CONTRACT"}, document)
    assert "document" in [problem.field for problem in refused.value.problems]


@pytest.mark.parametrize("fields", [None, [], "x", 1, [("city", "Köln")], order_input("a")])
def test_no_fields(fields: Any) -> None:
    """What has no fields by their names is refused as such."""
    with pytest.raises(OrderRefused, match="order: expected its fields by their names"):
        build_order(fields, PDF)


def test_no_order() -> None:
    """Whatever is no order, or holds itself, is refused."""
    endless: dict[str, Any] = {}
    endless["address"] = endless
    for given in (None, "x", [], endless):
        with pytest.raises(OrderRefused):
            checked(given)  # type: ignore[arg-type]


def test_model_made_without_validation() -> None:
    """An order that skipped its own model's checks is cleaned and checked all the same."""
    order = order_input("a")
    assert checked(order) == order
    dirty = order.model_copy(
        update={"address": order.address.model_copy(update={"city": "Ko\u0308ln\n"})}
    )
    assert checked(dirty).address.city == "Köln"
    for changes in ({"batch": "x"}, {"batch_id": "a b"}, {"number": 0}, {"city": "x"}):
        with pytest.raises(OrderRefused) as refused:
            checked(order.model_copy(update=changes))
        assert [problem.field for problem in refused.value.problems] == list(changes)
