"""Kinds of documents by the names that people give them, in German and English."""

import difflib
import functools
import re
from collections.abc import Mapping

from number_orders.runtime.errors import UsageError
from number_orders.workflows.checks import spelled
from number_orders.workflows.models import DocumentType

NAMES: Mapping[DocumentType, tuple[str, ...]] = {
    DocumentType.BUSINESS_LICENSE: (
        *("Gewerbeschein", "Business license", "Gewerbeanmeldung", "Business licence"),
        *("Trade licence", "Trade license"),
    ),
    DocumentType.CERTIFICATE_OF_REGISTRATION: (
        *("Handelsregisterauszug", "Certificate of registration", "HR-Auszug"),
        *("Registerauszug", "Handelsregister"),
    ),
    DocumentType.CONTRACT: ("Vertrag", "Contract", "Mietvertrag", "Lease", "Rental contract"),
    DocumentType.IDENTITY_CARD: (
        *("Personalausweis", "Identity card", "Ausweis", "Ausweiskopie", "ID card"),
    ),
    DocumentType.IDENTITY_CARD_AND_BUSINESS_LICENSE: (
        *("Personalausweis und Gewerbeschein", "Identity card and business license"),
        *("Ausweis und Gewerbeschein", "Personalausweis und Gewerbeanmeldung"),
        *("Gewerbeschein und Personalausweis", "Gewerbeanmeldung und Personalausweis"),
    ),
    DocumentType.ALLOCATION_NOTICE: (
        *("Zuteilungsbescheid", "Allocation notice", "Zuteilung", "Bescheid"),
    ),
}
"""The names of each kind: the German one and the English one of templates, then further ones.
TENIOS' own name, such as `BUSINESS_LICENSE`, is one too."""

_NEAR = 0.75


def document_type(typed: str) -> DocumentType:
    """The kind of document that somebody means.

    Raises:
        UsageError: It is none. It says which one may be meant.
    """
    found = _by_name().get(_plain(typed))
    if found is not None:
        return found
    nearest = difflib.get_close_matches(_plain(typed), _by_name(), n=1, cutoff=_NEAR)
    meant = f"; is {_by_name()[nearest[0]]} meant?" if nearest else ""
    raise UsageError(
        f"expected one of {', '.join(DocumentType)}, or its German name, such as Gewerbeschein or"
        f" Mietvertrag{meant}"
    )


@functools.cache
def _by_name() -> Mapping[str, DocumentType]:
    return {_plain(name): kind for kind, names in NAMES.items() for name in (kind, *names)}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", spelled(name).replace("&", "und").replace("+", "und"))
