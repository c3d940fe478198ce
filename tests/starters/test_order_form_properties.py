"""Whatever is in a file or in a program's fields: an order without objection, or a refusal."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from number_orders.runtime.errors import UsageError
from number_orders.starters.cleaning import clean_text
from number_orders.starters.errors import OrderRefused
from number_orders.starters.order_form import build_order, read_order_file
from number_orders.workflows.checks import Objection, objections
from number_orders.workflows.models import NumberOrderInput
from tests.support.fuzzing import examples

QUICK = examples(300)

FIELDS: dict[str, Any] = {
    "location_id": "a",
    "city": "Köln",
    "zip": "50667",
    "street": "Domkloster",
    "house_number": "4",
    "area_code": "221",
    "document_type": "CONTRACT",
}

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
ANY = st.recursive(
    # Half a character and NUL among them.
    SCALARS | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@QUICK
@given(st.dictionaries(st.sampled_from([*FIELDS, "deadlines", "number", "rounds", "x"]), ANY))
@example({"deadlines": {"\ud800": "\ud800"}})
@example({"city": "\ud800", "zip": "\x00"})
def test_any_fields(changes: dict[str, Any]) -> None:
    """Whatever is given becomes an order without objection, or is refused by field."""
    order = None
    problems: tuple[Objection, ...] = ()
    try:
        order = build_order(FIELDS | changes, b"%PDF-")
    except OrderRefused as refused:
        problems = refused.problems
    if order is None:
        assert problems
        assert all(problem.field and problem.message for problem in problems)
    else:
        assert objections(order) == ()
        assert NumberOrderInput.model_validate_json(order.model_dump_json()) == order
        # PostgreSQL's visibility has room for so many, and takes no NUL.
        keywords = (order.location_id, order.batch_id or "", order.area_code, order.address.city)
        assert all(len(keyword) <= 255 and "\0" not in keyword for keyword in keywords)


@QUICK
@given(st.text())
def test_cleaning_is_settled(text: str) -> None:
    """To clean a text once more changes nothing."""
    assert clean_text(clean_text(text)) == clean_text(text)


@QUICK
@given(st.binary(max_size=200))
def test_any_file(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever is in a file, it is fields or an error that begins with the file's name."""
    path = tmp_path_factory.getbasetemp() / "fuzzed.json"
    path.write_bytes(content)
    fields, said = None, ""
    try:
        fields = read_order_file(path)
    except UsageError as error:
        said = str(error)
    assert isinstance(fields, dict) or said.startswith(f"{path}: ")
