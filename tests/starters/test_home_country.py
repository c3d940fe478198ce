"""What an order's country decides, before a workflow takes it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from number_orders.runtime.country_names import english_name
from number_orders.starters.errors import OrderRefused
from number_orders.starters.home_country import correction_at_home, depends_on_country
from number_orders.starters.order_form import build_order, checked
from number_orders.workflows import report
from number_orders.workflows.messages import Correction
from number_orders.workflows.models import Address, Numbering, NumberOrderInput
from number_orders.workflows.state import OrderState
from tests.support.order_driver import PDF, order_fields, order_input

VIENNA = {"country": "Österreich", "city": "Wien", "zip": "1010", "area_code": "01"}
MADRID = {"country": "ES", "city": "Madrid", "zip": "28013", "area_code": None}


def built(*, force: bool = False, **changes: Any) -> NumberOrderInput:
    given = order_fields("a", **changes)
    fields = {name: value for name, value in given.items() if value is not None}
    return build_order(fields, PDF, force=force)


def corrected(order: NumberOrderInput, *, force: bool = False, **changes: Any) -> dict[str, object]:
    """The fields that a correction has at home, but for who says so."""
    there = report.snapshot(OrderState(order=order, since=datetime.now(UTC)))
    correction = Correction.model_validate({"corrected_by": "ann", **changes})
    made = correction_at_home(correction, there, force=force)
    return made.model_dump(exclude_defaults=True, exclude={"corrected_by"})


def test_order() -> None:
    """The order has its country's code and numbering, and its numbers are read there."""
    order = built(**VIENNA, link_to_number="01 234 56 78")
    assert (order.address.country, order.numbering) == ("AT", Numbering(calling_code="43"))
    assert (order.area_code, order.link_to_number) == ("1", "+4312345678")
    assert built() == built(country="Germany") == built(country="276", area_code="0221")


def test_numbering_is_computed() -> None:
    """Whoever makes an order by hand need not know how numbers are written, and cannot err."""
    wrong = Numbering(calling_code="44", trunk_prefix="8")
    address = Address(country="AT", city="Wien", zip="1010", street="Weg", house_number="1")
    order = order_input("a", address=address, numbering=wrong, area_code="1")
    assert checked(order).numbering == Numbering(calling_code="43")
    assert checked(order_input("a").model_copy(update={"numbering": wrong})) == order_input("a")


@pytest.mark.parametrize(
    ("country", "typed", "sent"),
    [
        ("DE", "0221", "221"),
        ("AT", "1", "1"),
        ("AT", "01", "1"),
        ("IT", "02", "02"),
        ("HU", "061", "1"),
        ("HU", "1", "1"),
        ("RU", "812", "812"),
        ("RU", "8812", "812"),
        ("RU", "8495", "495"),
        ("BY", "80152", "152"),
        ("BY", "0152", "152"),
        ("US", "1212", "212"),
        ("US", "212", "212"),
        ("AG", "1268", "268"),
        ("AG", "268", "268"),
        *[
            ("DE", typed, "221")
            for typed in (
                *("(0221)", "0 221", "0221/", "0221-", "+49221", "+49 221", "0049 221"),
                *("+49 (0)221", "0049-0221", " 02 21 "),
            )
        ],
        *[("AT", typed, "1") for typed in ("+43 1", "(01)", "0043 1", "+43 (0) 1", "0043/01")],
        *[("HU", typed, "1") for typed in ("06 1", "06-1", "+36 1", "0036 (06) 1")],
        *[("IT", typed, "02") for typed in ("0 2", "+39 02", "0039/02")],
        *[("US", typed, "212") for typed in ("(212)", "1-212", "+1 212", "001 212")],
        # In Italy the zero belongs to it.
        *[("IT", typed, "02") for typed in ("2", "+39 2", "(2)")],
        *[("IT", typed, "011") for typed in ("11", "011")],
        # What nobody knows stays as it is.
        ("IT", "3", "3"),
        ("HU", "0600", "0600"),
        ("RU", "8727", "8727"),
    ],
)
def test_area_code(country: str, typed: str, sent: str) -> None:
    """An area code may be typed with its country's trunk prefix, whichever that is."""
    zip_code = "1010" if country == "AT" else "10115"
    assert built(country=country, area_code=typed, zip=zip_code).area_code == sent


@pytest.mark.parametrize(
    ("country", "typed", "says"),
    [
        ("DE", "+43 1", "begins with + and the calling code of Austria"),
        ("DE", "0043 1", "begins with 00 and the calling code of Austria"),
        ("AT", "+49221", "begins with + and the calling code of Germany"),
        ("AT", "001", "begins with 00 and the calling code of United States"),
        ("DE", "00221", "begins with 00 and the calling code of Senegal"),
        ("DE", "+423 1", "begins with + and the calling code of Liechtenstein"),
        ("DE", "+800 1", "begins with + and no country's calling code"),
        ("DE", "+", "begins with + and no country's calling code"),
        ("DE", "00", "begins with 00 and no country's calling code"),
    ],
)
def test_calling_code_of_another_country(country: str, typed: str, says: str) -> None:
    """Another country's calling code is refused, also by force: the country may be missing."""
    for force in (False, True):
        with pytest.raises(OrderRefused, match="area_code: ") as refused:
            built(country=country, area_code=typed, zip="1010", force=force)
        assert f"area_code: {says}" in str(refused.value)
        assert f"and the order is in {english_name(country)}: " in str(refused.value)
        assert "name the country, or type the area code alone, with one zero at most" in str(
            refused.value
        )


@pytest.mark.parametrize("typed", ["", "(0)", "-", "0", "2x1", "221 or 228", "2222222", "٢٢١"])
def test_no_form_of_an_area_code(typed: str) -> None:
    """What cannot be an area code is refused with an example of one."""
    with pytest.raises(OrderRefused, match=r"area_code: an? (German )?area code has"):
        built(area_code=typed)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"area_code": "222"}, "area_code: is no German area code; Köln has 221"),
        ({**VIENNA, "area_code": "316"}, "area_code: belongs to Graz; Wien has 1,"),
        ({**MADRID, "area_code": "91"}, "area_code: is to be left out: numbers in Spain have none"),
        ({**VIENNA, "area_code": None}, "area_code: is missing, and numbers in Austria have one"),
    ],
)
def test_force(changes: dict[str, Any], says: str) -> None:
    """Force takes an area code that is clearly wrong, or none where one is usual."""
    with pytest.raises(OrderRefused) as refused:
        built(**changes)
    assert says in str(refused.value)
    assert "with --force (in a program force=True)" in str(refused.value)
    order = built(force=True, **changes)
    assert order.area_code == changes["area_code"]
    assert checked(order, force=True) == order
    with pytest.raises(OrderRefused, match="area_code: "):
        checked(order)


def test_what_force_does_not_take() -> None:
    """An area code of another form than Germany's is refused by force as well."""
    for area_code in (None, "1", "222222", "x"):
        with pytest.raises(OrderRefused, match="area_code: "):
            built(area_code=area_code, force=True)


def test_correction_of_an_area_code() -> None:
    """A corrected area code is looked at in the order's own country and city."""
    for typed in ("0221", "(0221)", "0 221/", "+49 221", "0049221"):
        assert corrected(built(), area_code=typed) == {"area_code": "221"}
    with pytest.raises(
        OrderRefused, match=r"area_code: begins with \+ and the calling code of Austria"
    ):
        corrected(built(), area_code="+43 1")
    there = {**VIENNA, "city": "Irgendwo"}
    assert corrected(built(**there), area_code="0999") == {"area_code": "999"}
    with pytest.raises(OrderRefused, match=r"area_code: is no area code .* Austria; Wien has 1"):
        corrected(built(**VIENNA), area_code="0999")
    with pytest.raises(OrderRefused, match="area_code: is no German area code; Köln has 221"):
        corrected(built(), area_code="222")
    assert corrected(built(), area_code="222", force=True) == {"area_code": "222"}
    with pytest.raises(OrderRefused, match="; Bonn has 228"):
        corrected(built(), area_code="222", address={"city": "Bonn"})


def test_correction_of_the_country() -> None:
    """Another country brings its numbering, and an area code if it has them."""
    vienna = {"country": "AT", "city": "Wien", "zip": "1010"}
    assert corrected(built(), address=vienna, area_code="01") == {
        "address": vienna,
        "numbering": {"calling_code": "43"},
        "area_code": "1",
    }
    with pytest.raises(OrderRefused, match="area_code: is missing, and numbers in Austria"):
        corrected(built(), address=vienna)
    madrid = {"country": "ES", "city": "Madrid", "zip": "28013"}
    assert corrected(built(), address=madrid) == {
        "address": madrid,
        "numbering": {"calling_code": "34", "trunk_prefix": ""},
        "remove_area_code": True,
    }
    with pytest.raises(OrderRefused, match="country: is no country's code"):
        corrected(built(), address={"country": "XX"})
    back = corrected(built(**MADRID), address={"country": "DE"}, area_code="221")
    assert back["area_code"] == "221"
    assert (
        "numbering" in Correction.model_validate({"corrected_by": "ann", **back}).model_fields_set
    )


def test_correction_that_no_country_matters_to() -> None:
    """What has nothing to do with the country is sent as it is."""
    correction = Correction.model_validate({"corrected_by": "ann", "address": {"street": "Weg"}})
    assert not depends_on_country(correction)
    assert depends_on_country(correction.model_copy(update={"remove_area_code": True}))
    same = {"country": "DE", "street": "Weg"}
    assert corrected(built(), address=same) == {"address": same}
