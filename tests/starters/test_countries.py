"""Countries as people name them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS

from number_orders.runtime.country_names import english_name
from number_orders.runtime.errors import UsageError
from number_orders.starters import countries
from number_orders.starters.countries import country_code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *[(typed, "AT") for typed in ("AT", "at", "AUT", "040", "Austria", "ÖSTERREICH")],
        *[
            (typed, "AT")
            for typed in ("O\u0308sterreich", "Osterreich", "Oesterreich", " austria ")
        ],
        *[(typed, "DE") for typed in ("DE", "DEU", "276", "Germany", "Deutschland")],
        *[(typed, "GB") for typed in ("GB", "UK", "GBR", "Vereinigtes  Königreich")],
        *[(typed, "US") for typed in ("USA", "United States", "Vereinigte Staaten")],
        *[(typed, "GB") for typed in ("England", "Great Britain", "Großbritannien", "Schottland")],
        *[(typed, "CH") for typed in ("CH", "Suisse", "Svizzera", "Suiza", "Zwitserland")],
        *[(typed, "FR") for typed in ("F", "France", "Francia", "Frankreich", "Frankrijk")],
        *[(typed, "IT") for typed in ("I", "Italia", "Italie", "Italië")],
        *[(typed, "ES") for typed in ("España", "Espana", "Spagna", "Espagne")],
        *[(typed, "NL") for typed in ("Holland", "Nederland", "Pays-Bas", "Paesi Bassi")],
        *[(typed, "BE") for typed in ("B", "Belgique", "België", "Belgien")],
        *[(typed, "DE") for typed in ("D", "d", "BRD", "Allemagne", "Bundesrepublik Deutschland")],
        *[(typed, "AT") for typed in ("A", "Republik Österreich", "Republic of Austria")],
        *[(typed, "CZ") for typed in ("Czech Republic", "Tschechische Republik", "Tschechien")],
        *[(typed, "LI") for typed in ("FL", "Liechtenstein")],
        ("L", "LU"),
        ("Turkey", "TR"),
        ("Hong Kong", "HK"),
        ("United States of America", "US"),
        ("Cote d'Ivoire", "CI"),
        ("Trinidad and Tobago", "TT"),
        ("Kosovo", "XK"),
    ],
)
def test_names(typed: str, code: str) -> None:
    """A country is known by its codes of ISO 3166, and by the names that people here write."""
    assert country_code(typed) == code


@pytest.mark.parametrize("country", sorted(SUPPORTED_REGIONS))
def test_every_country(country: str) -> None:
    """Each country whose numbers are known has its code and its names, which are no other's."""
    languages = ("en", "de", "fr", "it", "es", "nl")
    names = [countries._names(language)[country] for language in languages]  # noqa: SLF001 -- what CLDR calls them
    assert {country_code(name) for name in [country, *names]} == {country}
    assert english_name(country) == names[0]


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        *[
            (typed, "; is Germany (DE) meant?")
            for typed in ("Germnay", "Gemrany", "Germani", "Deutschand", "Deutchland")
        ],
        ("Austra", "; is Austria (AT) or Australia (AU) meant?"),
        *[(typed, "; is Austria (AT) meant?") for typed in ("Östereich", "Austira")],
        *[
            (typed, "; is Switzerland (CH) meant?")
            for typed in ("Schwiez", "Schweitz", "Switzerlnd")
        ],
        *[(typed, "; is Italy (IT) meant?") for typed in ("Itlay", "Itally")],
        *[(typed, "; is France (FR) meant?") for typed in ("Frankreih", "Frnace")],
        *[(typed, "; is Spain (ES) meant?") for typed in ("Spian", "Spanein")],
        *[(typed, "; is Belgium (BE) meant?") for typed in ("Belguim", "Begien")],
        ("Neterlands", "; is Netherlands (NL) meant?"),
        ("Polnd", "; is Poland (PL) meant?"),
        ("Lichtenstein", "; is Liechtenstein (LI) meant?"),
        ("United Kindom", "; is United Kingdom (GB) meant?"),
        # None of them is near, although difflib finds some by its default.
        *[(typed, "or Österreich") for typed in ("Bayern", "Zürich", "Wien", "Albion", "E", "S")],
        ("XX", "or Österreich"),
        ("SU", "or Österreich"),
        ("", "leave it out for Germany"),
    ],
)
def test_unknown(typed: str, nearest: str) -> None:
    """What is no country is refused with the nearest ones, and is not repeated."""
    with pytest.raises(UsageError) as refused:
        country_code(typed)
    assert str(refused.value).endswith(nearest)
    assert not typed or f"{typed} " not in str(refused.value)


@given(st.text(max_size=300))
def test_any_text(typed: str) -> None:
    """Whatever is typed, it is a country's code or an error."""
    code, said = None, ""
    try:
        code = country_code(typed)
    except UsageError as error:
        said = str(error)
    assert code in SUPPORTED_REGIONS if code else said.startswith(("is no country's", "is empty"))


def test_name_of_no_country() -> None:
    """A code that no country has goes to TENIOS as it is, which refuses it."""
    assert english_name("XX") == "XX"
