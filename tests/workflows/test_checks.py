"""What is refused at the door, and still decodes."""

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter

from number_orders.workflows.checks import (
    address_fingerprint,
    objection_to_text,
    objections,
    objections_to_correction,
)
from number_orders.workflows.corrections import corrected
from number_orders.workflows.messages import AddressCorrection, Correction
from number_orders.workflows.models import Address, Numbering, NumberOrderInput
from tests.support.order_driver import STREET, order_input

REFUSED_TEXTS = {
    "NUL": ("Kö\x00ln", "control character"),
    "control character": ("Kö\x1bln", "control character"),
    "delete": ("Köln\x7f", "control character"),
    "C1 control character": ("K\x96ln", "control character"),
    "line break": ("Köln\nStadt", "line break"),
    "line separator": ("Köln\u2028Stadt", "line break"),
    "next line": ("Köln\x85Stadt", "line break"),
    "zero-width space": ("Kö\u200bln", "invisible"),
    "byte order mark": ("\ufeffKöln", "invisible"),
    "soft hyphen": ("Kö\u00adln", "invisible"),
    "right-to-left override": ("Kö\u202eln", "invisible"),
    "isolate": ("Kö\u2066ln", "invisible"),
    "tag": ("Köln\U000e0041", "invisible"),
    "variation selector": ("Köln\ufe0f", "invisible"),
    "Hangul filler": ("\u3164", "invisible"),
    "lost in an encoding": ("K\ufffdln", "lost"),
    "private use": ("K\ue000ln", "no alphabet"),
    "no character": ("K\uffffln", "no alphabet"),
    "another encoding": ("KÃ¶ln", "another encoding"),
    "another encoding, sharp s": ("StraÃŸe", "another encoding"),
    "an error of a spreadsheet": ("#NAME?", "where a value is missing"),
    "no value": ("n/a", "where a value is missing"),
    "dashes": ("--", "neither a letter nor a digit"),
}
TEXT_FIELDS = ("city", "zip", "street", "house_number")
IN_VIENNA = order_input(
    "a",
    address=Address(country="AT", city="Wien", zip="1010", street=STREET, house_number="1"),
    numbering=Numbering(calling_code="43"),
    area_code="1",
)


def order_with(**changes: str) -> NumberOrderInput:
    """An order whose address is as no door would let it in."""
    order = order_input("a")
    return order.model_copy(update={"address": order.address.model_copy(update=changes)})


@pytest.mark.parametrize(("text", "why"), REFUSED_TEXTS.values(), ids=REFUSED_TEXTS)
def test_refused_text(text: str, why: str) -> None:
    """A text that hides something is refused in each field of an address, by the field's name."""
    for field in TEXT_FIELDS:
        first, *others = objections(order_with(**{field: text}))
        assert (first.field, why in first.message) == (field, True)
        assert {other.field for other in others} <= {"zip"}
        # As no door would let it in.
        address = AddressCorrection().model_copy(update={field: text})
        correction = Correction(corrected_by="ann").model_copy(update={"address": address})
        found = objections_to_correction(correction, corrected(IN_VIENNA, correction))
        assert {one.field for one in found} - {"numbering"} == {field}
        assert STREET not in str(objections(order_with(**{field: text})))


@pytest.mark.parametrize(("text", "why"), REFUSED_TEXTS.values(), ids=REFUSED_TEXTS)
async def test_refused_text_decodes(text: str, why: str) -> None:
    """An order that began with a text which is refused by now is still read from its history."""
    order = order_with(city=text, street=text)
    converter = pydantic_data_converter
    [read] = await converter.decode(await converter.encode([order]), [NumberOrderInput])
    assert read == order


async def test_refused_values_decode() -> None:
    """So is one whose zip is refused by now."""
    order = order_with(zip="1067")
    converter = pydantic_data_converter
    [read] = await converter.decode(await converter.encode([order]), [NumberOrderInput])
    assert (read, len(objections(read))) == (order, 1)


def test_half_a_character_is_no_text() -> None:
    """What the command line could not decode, or half a character of JSON, is refused."""
    assert "no text" in (objection_to_text("K\udcf6ln") or "")
    assert "no text" in (objection_to_text("Köln\ud83d") or "")


@pytest.mark.parametrize(
    "text",
    [
        "Köln",
        "SÃO PAULO",
        "Ko\u0308ln",
        "Łódź",
        "北京市",
        "12/14 a",
        "Platz des 17. Juni",
        "A\u00a0B",
    ],
)
def test_accepted_text(text: str) -> None:
    """What people write is taken, in whatever alphabet."""
    assert objection_to_text(text) is None


@pytest.mark.parametrize(
    "written",
    [
        *("04. Mrz", "3. Apr", "Mar-04", "3-Apr", "Mai 26", "4.März", "12. Dez.", "Okt 1912"),
        *("46027", "2026-03-04", "2026-03-04 00:00:00", "04.03.2026", "3/4/2026", "03.04.26"),
    ],
)
def test_house_number_that_a_spreadsheet_took_for_a_date(written: str) -> None:
    """A house number that has become a date is refused: nobody knows which one it was."""
    [objection] = objections(order_with(house_number=written))
    assert (objection.field, "spreadsheet" in objection.message) == ("house_number", True)
    correction = Correction(corrected_by="ann", address=AddressCorrection(house_number=written))
    after = corrected(order_input("a"), correction)
    [objection] = objections_to_correction(correction, after)
    assert objection.field == "house_number"


@pytest.mark.parametrize(
    "written",
    [
        "4",
        "3-4",
        "3/4",
        "12 a-c",
        "12a",
        "Nr. 4",
        "4.1",
        "1. OG",
        "Haus Mayer",
        "Apartment 4",
        "40/2/7",
    ],
)
def test_house_number(written: str) -> None:
    """What stands on houses is taken."""
    assert objections(order_with(house_number=written)) == ()


@pytest.mark.parametrize(
    ("zip_code", "says"),
    [
        ("1067", "did a spreadsheet drop its zero? 01067"),
        ("D-50667", "nothing else: 50667"),
        ("50 667", "nothing else: 50667"),
        ("506678", "five digits"),
        ("O0667", "a German zip has five digits"),
        ("５０６６７", "five digits"),  # noqa: RUF001 -- digits of another alphabet
        ("50667 Köln", "nothing else: 50667"),
        ("abc", "five digits"),
    ],
)
def test_german_zip(zip_code: str, says: str) -> None:
    """A German zip has five digits; what was probably meant is proposed."""
    [objection] = objections(order_with(zip=zip_code))
    assert objection.field == "zip"
    assert says in objection.message
    assert objections(order_with(zip=zip_code, country="GB")) == ()


def test_zip_of_a_correction() -> None:
    """A corrected zip is judged in the country that the order has then."""
    zip_alone = Correction(corrected_by="ann", address=AddressCorrection(zip="1010"))
    to_germany = Correction(
        corrected_by="ann",
        address=AddressCorrection(country="DE"),
        numbering=Numbering(),
        area_code="221",
    )
    in_cologne = order_input("a")
    for correction, order, fields in (
        (zip_alone, IN_VIENNA, []),
        (zip_alone, in_cologne, ["zip"]),
        (to_germany, IN_VIENNA, ["zip"]),
        (to_germany, in_cologne, []),
        (Correction(corrected_by="ann"), in_cologne, []),
    ):
        found = objections_to_correction(correction, corrected(order, correction))
        assert [one.field for one in found] == fields


def test_fingerprint_of_an_address() -> None:
    """Each part of an address but its city makes another fingerprint; spelling does not."""
    address = Address(city="Köln", zip="50667", street="Hohe Straße", house_number="4")
    alike = Address(
        country="DE", city="Bonn", zip="50667", street="HOHE  STRASSE", house_number="4"
    )
    assert address_fingerprint(address) == address_fingerprint(alike)
    others = [
        address.model_copy(update=change)
        for change in (
            {"country": "AT"},
            {"zip": "50668"},
            {"street": "Hohe Straße 4"},
            {"house_number": "4-6"},
            {"house_number": "46"},
            {"street": "Hohe Straße4", "house_number": ""},
        )
    ]
    assert len({address_fingerprint(one) for one in (address, *others)}) == len(others) + 1
