"""Place names are compared as people spell them."""

import pytest

from number_orders.starters.area_codes import places_of
from number_orders.starters.numbering import area_code_in, country_of_area_code, numbering_of
from number_orders.starters.places import notes, objection_to_area_code_of
from number_orders.workflows.models import Address, NumberOrderInput
from tests.support.order_driver import order_input
from tests.support.place_names import FOLDER, GERMANY, place_names


def order_in(city: str, area_code: str | None, country: str = "DE") -> NumberOrderInput:
    address = Address(city=city, country=country, zip="50667", street="Weg", house_number="4")
    numbering = numbering_of(country)
    return order_input("a", address=address, numbering=numbering, area_code=area_code)


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
    """An area code that Germany does not have, ordered by force, is worth a note."""
    [note] = notes(order_in("Köln", "999"))
    assert note.startswith("Area code 999 is no German area code; Köln has 221,")
    assert note.endswith("; TENIOS may refuse it.")


@pytest.mark.parametrize(
    ("area_code", "city", "says"),
    [
        ("221", "Irgendwo", None),
        ("222", "Köln", "is no German area code; Köln has 221, Köln-Porz has 2203"),
        ("222", "KOELN", "is no German area code; Köln has 221, Köln-Porz has 2203"),
        ("22", "Köln", "is no German area code; Köln has 221"),
        ("222", "Irgendwo", "is no German area code"),
        ("222", "Neustadt", ", and others"),
    ],
)
def test_unknown_in_germany(area_code: str, city: str, says: str | None) -> None:
    """An area code that Germany does not have is refused with those of the city's name."""
    objection = objection_to_area_code_of(city, area_code, "DE")
    assert objection is None if says is None else says in (objection or "")


@pytest.mark.parametrize(
    ("country", "city", "area_code"),
    [
        ("AT", "Wien", "1"),
        ("AT", "Vienna", "1"),
        ("AT", "Dornbirn", "5572"),
        ("CH", "Genève", "22"),
        ("CH", "Dübendorf", "44"),  # Of whose area code the library names Zürich alone.
        ("IT", "Milano", "02"),
        ("IT", "Mailand", "02"),
        ("FR", "Paris", "1"),
        ("GB", "London", "20"),
        ("GG", "St Peter Port", "1481"),
        ("US", "New York", "212"),
        ("CA", "Toronto", "416"),
        ("RU", "Moskau", "495"),
        ("ES", "Madrid", None),
        ("AT", "Irgendwo", "5572"),
        ("BO", "La Paz", "2"),  # Of which the library has no place.
    ],
)
def test_same_place_abroad(country: str, city: str, area_code: str | None) -> None:
    """Abroad, too, the same place is worth no note, nor one that nobody knows."""
    assert notes(order_in(city, area_code, country)) == ()


@pytest.mark.parametrize(
    ("country", "city", "area_code", "says"),
    [
        ("AT", "Wien", "316", "belongs to Graz; Wien has 1,"),
        ("AT", "Wien", "99", "is no area code that we know in Austria; Wien has 1,"),
        ("AT", "Linz", "73", "is no area code that we know in Austria; Linz has 732,"),
        ("CH", "Genf", "44", "belongs to Zürich"),
        ("FR", "Lyon", "1", "belongs to Ile de France; Lyon has 4"),
        ("HU", "Budapest", "01", "is no area code that we know in Hungary; Budapest has 1"),
        ("IT", "Milano", "347", "is no area code that we know in Italy; Milano has 02"),
        ("GB", "London", "207", "is no area code that we know in United Kingdom; London has 20"),
        ("US", "Chicago, IL", "416", "belongs to "),
        ("ES", "Barcelona", "91", "is to be left out: numbers in Spain have none"),
        ("ES", "Irgendwo", "91", "is to be left out: numbers in Spain have none"),
        ("LI", "Vaduz", "23", "is to be left out: numbers in Liechtenstein have none"),
    ],
)
def test_wrong_abroad(country: str, city: str, area_code: str, says: str) -> None:
    """Abroad the area code is wrong where a city is known with another one, or there are none.

    By force it is ordered all the same, with a note.
    """
    assert (objection_to_area_code_of(city, area_code, country) or "").startswith(says)
    [note] = notes(order_in(city, area_code, country))
    assert note.startswith(f"Area code {area_code} {says}")
    assert note.endswith("; TENIOS may refuse it.")


@pytest.mark.parametrize(
    ("country", "city", "area_code", "says"),
    [
        ("AT", "Irgendwo", "99", "is no area code that we know in Austria; TENIOS may refuse it."),
        ("US", "Toronto", "416", "is one of Canada, not of United States; TENIOS may refuse it."),
        ("RU", "Almaty", "727", "is one of Kazakhstan, not of Russia; TENIOS may refuse it."),
    ],
)
def test_doubtful_abroad(country: str, city: str, area_code: str, says: str) -> None:
    """Abroad what cannot be known for certain is worth a note alone."""
    assert objection_to_area_code_of(city, area_code, country) is None
    assert notes(order_in(city, area_code, country)) == (f"Area code {area_code} {says}",)


@pytest.mark.parametrize("country", ["AT", "BE", "CH", "FR", "GB", "HU", "IT", "NL", "SE"])
def test_own_area_codes(country: str) -> None:
    """No place's own area code is refused, whatever name of the place is typed."""
    codes_by_name = {
        name: area_code_in(code, country)
        for code, names in list(places_of(country).items())[::7]
        for name in names
        if country_of_area_code(code, country) == country
    }
    refused = {
        name: code
        for name, code in list(codes_by_name.items())[:40]
        if objection_to_area_code_of(name, code, country)
    }
    assert codes_by_name
    assert refused == {}


def test_names_are_those_of_the_library() -> None:
    """The table of place names is the one that `make place-names` makes of the library's data."""
    assert (FOLDER / f"{GERMANY}.tsv").read_text("utf-8") == place_names(GERMANY)
