"""What an order's country decides, put into an order or a correction where it is sent off.

The country's code, how its numbers are written, the area code without a trunk prefix, and numbers
in E.164. Workflows take all this as it comes.
"""

from collections.abc import Mapping
from typing import Any

from number_orders.runtime.country_names import english_name
from number_orders.runtime.errors import UsageError
from number_orders.starters.area_codes import with_its_zero, without_written_prefix
from number_orders.starters.countries import country_code
from number_orders.starters.errors import OrderRefused
from number_orders.starters.numbering import country_called_with, has_area_codes, numbering_of
from number_orders.starters.places import objection_to_area_code_of
from number_orders.workflows.area_codes import (
    GERMANY,
    INTERNATIONAL_PREFIXES,
    objection_to_area_code,
    typed_area_code,
)
from number_orders.workflows.checks import Objection
from number_orders.workflows.messages import Correction
from number_orders.workflows.models import Numbering
from number_orders.workflows.phone_numbers import typed_in_e164, unreadable
from number_orders.workflows.results import OrderSnapshot

_BY_FORCE = "; with --force (in a program force=True) it is ordered all the same"


def order_at_home(order: Any, *, force: bool) -> tuple[Any, list[Objection]]:
    """An order's fields with what its country decides, and what is wrong with them.

    Args:
        order: The fields of a `NumberOrderInput`, cleaned. What has another form stays as it is.
        force: Take an area code that is clearly wrong, or none where the country has them.
    """
    if not isinstance(order, Mapping) or not isinstance(order.get("address"), Mapping):
        return order, []
    address: Mapping[str, Any] = order["address"]
    country = address.get("country", GERMANY)
    if not isinstance(country, str):
        return order, []
    try:
        country = country_code(country)
    except UsageError as error:
        return order, [Objection("country", str(error))]
    numbering = numbering_of(country)
    at_home = {**order, "address": {**address, "country": country}, "numbering": numbering}
    problems = []
    area_code = order.get("area_code")
    if isinstance(area_code, str | None):
        try:
            area_code = area_code_at_home(area_code, country, address.get("city"), force=force)
        except UsageError as error:
            problems.append(Objection("area_code", str(error)))
        at_home["area_code"] = area_code
    link = order.get("link_to_number")
    if isinstance(link, str):
        code = area_code if isinstance(area_code, str) else None
        number = number_at_home(link, numbering, code)
        at_home["link_to_number"] = number
        if number is None:
            message = unreadable(numbering.calling_code, code)
            problems.append(Objection("link_to_number", message))
    return at_home, problems


def depends_on_country(correction: Correction) -> bool:
    """Whether `correction_at_home` has something to do, for which it has to know the order."""
    return (
        correction.address.country is not None
        or correction.area_code is not None
        or correction.remove_area_code
    )


def correction_at_home(correction: Correction, there: OrderSnapshot, *, force: bool) -> Correction:
    """A correction with what its country decides.

    Args:
        correction: As it was typed, with a country's code.
        there: The order as it is.
        force: Take an area code that is clearly wrong, or none where the country has them.

    Raises:
        OrderRefused: The country is none, or its area code is wrong.
    """
    changes: dict[str, object] = {}
    try:
        country = country_code(correction.address.country or there.country)
    except UsageError as error:
        raise OrderRefused([Objection("country", str(error))]) from None
    is_another = country != there.country
    if is_another:
        changes["numbering"] = numbering_of(country)
    if is_another or correction.area_code is not None or correction.remove_area_code:
        city = correction.address.city or there.city
        try:
            area_code = area_code_at_home(correction.area_code, country, city, force=force)
        except UsageError as error:
            raise OrderRefused([Objection("area_code", str(error))]) from None
        changes |= {"area_code": area_code, "remove_area_code": area_code is None}
    return correction.model_copy(update=changes)


def area_code_at_home(
    area_code: str | None, country: str, city: object, *, force: bool
) -> str | None:
    """An area code as TENIOS takes it; what has another form stays as it is.

    Args:
        area_code: As it was typed; `None` for none.
        country: The country's code.
        city: As it was typed.
        force: Take one that is clearly wrong, or none where the country has them.

    Raises:
        UsageError: The country has area codes and none is given, the given one is clearly wrong, or
            it begins with another country's calling code.
    """
    numbering = numbering_of(country)
    if area_code is None:
        # Without one, Germany's is refused by the order itself.
        if has_area_codes(country) and country != GERMANY and not force:
            raise UsageError(
                f"is missing, and numbers in {english_name(country)} have one{_BY_FORCE}"
            )
        return None
    written = typed_area_code(
        area_code, calling_code=numbering.calling_code, trunk_prefix=numbering.trunk_prefix
    )
    if written.startswith(INTERNATIONAL_PREFIXES):
        raise UsageError(_of_another_country(written, country))
    if not (written.isascii() and written.isdigit()):
        return area_code
    area_code = with_its_zero(without_written_prefix(written, country), country)
    if force or objection_to_area_code(area_code, country):
        return area_code
    there = city if isinstance(city, str) else ""
    if objection := objection_to_area_code_of(there, area_code, country):
        raise UsageError(objection + _BY_FORCE)
    return area_code


def _of_another_country(written: str, country: str) -> str:
    sign = "+" if written.startswith("+") else "00"
    owner = country_called_with(written.removeprefix(sign))
    whose = f"the calling code of {english_name(owner)}" if owner else "no country's calling code"
    return (
        f"begins with {sign} and {whose}, and the order is in {english_name(country)}: name the"
        " country, or type the area code alone, with one zero at most"
    )


def number_at_home(typed: str, numbering: Numbering, area_code: str | None) -> str | None:
    """A number in E.164, read in the order's country; `None` if it cannot be read."""
    return typed_in_e164(
        typed,
        calling_code=numbering.calling_code,
        trunk_prefix=numbering.trunk_prefix,
        area_code=area_code,
    )
