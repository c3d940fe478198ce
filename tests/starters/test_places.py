"""Place names are compared as people spell them."""

import pytest

from number_orders.starters.places import notes
from number_orders.workflows.models import NumberOrderInput
from tests.support.order_driver import order_input
from tests.support.place_names import FOLDER, GERMANY, place_names


def order_in(city: str, area_code: str) -> NumberOrderInput:
    order = order_input("a", area_code=area_code)
    return order.model_copy(update={"address": order.address.model_copy(update={"city": city})})


@pytest.mark.parametrize(
    ("city", "area_code"),
    [
        ("Köln", "221"),
        ("Ko\u0308ln", "221"),
        ("Koeln", "221"),
        ("KOLN", "221"),
        ("Cologne", "221"),
        ("Köln-Ehrenfeld", "221"),
        ("Köln (Innenstadt)", "221"),
        ("Frankfurt/Main", "69"),
        ("Frankfurt a. M.", "69"),
        ("Frankfurt a.M.", "69"),
        ("Frankfurt", "69"),
        ("Frankfurt (Oder)", "335"),
        ("Frankfurt/Oder", "335"),
        ("Halle (Saale)", "345"),
        ("Halle/Saale", "345"),
        ("Halle an der Saale", "345"),
        ("Bad Homburg v.d.H.", "6172"),
        ("Bad Homburg vor der Höhe", "6172"),
        ("Sankt Ingbert", "6894"),
        ("Villingen-Schwenningen", "7721"),
        ("Villingen-Schwenningen", "7720"),
        ("Osterode am Harz", "5522"),
        ("Muenchen", "89"),
        ("Berlin-Mitte", "30"),
    ],
)
def test_same_place(city: str, area_code: str) -> None:
    """The same place spelled differently is worth no note."""
    assert notes(order_in(city, area_code)) == ()


@pytest.mark.parametrize(
    ("city", "area_code", "owner"),
    [
        ("Köln", "30", "Berlin"),
        ("Frankfurt (Oder)", "69", "Frankfurt am Main"),
        ("Frankfurt am Main", "335", "Frankfurt (Oder)"),
        ("Lohr am Main", "69", "Frankfurt am Main"),
        ("Lohr/Main", "69", "Frankfurt am Main"),
        ("Bad Vilbel", "6172", "Bad Homburg"),
        ("Bad Nirgendwo", "6172", "Bad Homburg"),
        ("Bonn", "221", "Köln"),
        ("Kölnhausen", "221", "Köln"),
    ],
)
def test_another_place(city: str, area_code: str, owner: str) -> None:
    """Another place is worth a note, which says whose area code it is."""
    [note] = notes(order_in(city, area_code))
    assert f"belongs to {owner}" in note
    assert city in note


def test_unknown_area_code() -> None:
    """An area code that nobody knows is worth a note."""
    [note] = notes(order_in("Köln", "999"))
    assert "no German area code" in note


def test_names_are_those_of_the_library() -> None:
    """The table of place names is the one that `make place-names` makes of the library's data."""
    assert (FOLDER / f"{GERMANY}.tsv").read_text("utf-8") == place_names(GERMANY)
