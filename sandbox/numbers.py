"""Numbers that are as good as real: of the right country and area, and valid there."""

from collections.abc import Iterator

from number_orders.sandbox.countries import code_of

_LENGTH = 10
"""National digits, where a country has numbers of several lengths: all German ones are valid."""


def new_number(country: str, area_code: str | None, order_id: int) -> str:
    """A fixed-line number in E.164, another one for each order.

    Args:
        country: Its English name, of those that `countries.code_of` knows.
        area_code: What it begins with after the calling code; `None` for any. If no valid number of
            the country does, one that is not valid does.
        order_id: What it ends with.
    """
    from phonenumbers import country_code_for_region  # noqa: PLC0415 -- as in `countries`

    region = code_of(country)
    if region is None:
        raise ValueError(f"{country} is no country")
    start = area_code or ""
    usual = start + str(order_id).zfill(_LENGTH - len(start))
    national = next(
        (one for one in _candidates(region, start, order_id) if _is_valid(one, region)), usual
    )
    return f"+{country_code_for_region(region)}{national}"


def _candidates(region: str, start: str, order_id: int) -> Iterator[str]:
    from phonenumbers import PhoneMetadata  # noqa: PLC0415 -- as in `countries`

    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.fixed_line is None or metadata.general_desc is None:
        return
    lengths = metadata.fixed_line.possible_length or metadata.general_desc.possible_length
    example = (metadata.fixed_line.example_number or "")[len(start) :]
    for length in sorted(lengths, key=lambda length: abs(length - _LENGTH)):
        for subscriber in _subscribers(example):
            beginning = start + subscriber
            if len(beginning) + len(str(order_id)) <= length:
                yield beginning + str(order_id).zfill(length - len(beginning))


def _subscribers(example: str) -> Iterator[str]:
    """How the part after the area code may begin: as a usual one, as the example, then anyhow."""
    yield "9"
    yield from (example[:count] for count in range(1, len(example)))
    yield from (str(number) for number in range(999))


def _is_valid(national: str, region: str) -> bool:
    """Whether it is a valid fixed-line number of this country, and of no other one."""
    from phonenumbers import (  # noqa: PLC0415 -- as in `countries`
        PhoneNumber,
        PhoneNumberType,
        country_code_for_region,
        number_type,
        region_code_for_number,
    )

    number = PhoneNumber(
        country_code=country_code_for_region(region),
        national_number=int(national),
        italian_leading_zero=national.startswith("0"),
    )
    fixed = {PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return region_code_for_number(number) == region and number_type(number) in fixed
