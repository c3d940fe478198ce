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
        ("Cote d'Ivoire", "CI"),
        ("Trinidad and Tobago", "TT"),
        ("Kosovo", "XK"),
    ],
)
def test_names(typed: str, code: str) -> None:
    """A country is known by its codes of ISO 3166, and by its English and its German name."""
    assert country_code(typed) == code


@pytest.mark.parametrize("country", sorted(SUPPORTED_REGIONS))
def test_every_country(country: str) -> None:
    """Each country whose numbers are known has its code and two names, which are no other's."""
    names = [countries._names(language)[country] for language in ("en", "de")]  # noqa: SLF001 -- what CLDR calls them
    assert {country_code(name) for name in [country, *names]} == {country}
    assert english_name(country) == names[0]


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("Germnay", "; is Germany (DE) meant?"),
        ("Austra", "; is Austria (AT) or Australia (AU) meant?"),
        ("Hong Kong", "; is Hong Kong SAR China (HK) meant?"),
        ("XX", "or Österreich"),
        ("SU", "or Österreich"),
        ("", "or Österreich"),
    ],
)
def test_unknown(typed: str, nearest: str) -> None:
    """What is no country is refused with the nearest ones, and is not repeated."""
    with pytest.raises(UsageError) as refused:
        country_code(typed)
    assert str(refused.value).endswith(nearest)
    assert not typed or f"{typed} " not in str(refused.value).replace("Hong Kong SAR", "")


@given(st.text(max_size=300))
def test_any_text(typed: str) -> None:
    """Whatever is typed, it is a country's code or an error."""
    code, said = None, ""
    try:
        code = country_code(typed)
    except UsageError as error:
        said = str(error)
    assert code in SUPPORTED_REGIONS if code else said.startswith("is no country's code")


def test_name_of_no_country() -> None:
    """A code that no country has goes to TENIOS as it is, which refuses it."""
    assert english_name("XX") == "XX"
