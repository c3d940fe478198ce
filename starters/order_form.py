"""From what a person typed or wrote into a file to a `NumberOrderInput`, or one clear line."""

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pypdf import PdfReader

from runtime.errors import UsageError
from runtime.evidence_store import EvidenceStore
from workflows.models import Address, Deadlines, NumberOrderInput

DOCUMENT_BYTES_AT_MOST = 10 * 1024 * 1024
"""TENIOS documents no limit; a scan of one page needs a tenth of this."""

_ADDRESS = frozenset(Address.model_fields)
_ORDER = frozenset(NumberOrderInput.model_fields) - {"address", "document"}
_KNOWN = _ADDRESS | _ORDER | {"document", "document_type"}


def read_order_file(path: Path) -> dict[str, Any]:
    """The fields of an order file: a JSON object whose `document` is relative to the file."""
    try:
        fields = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except ValueError as error:
        raise UsageError(f"{path}: is not JSON ({error})") from None
    if not isinstance(fields, dict):
        raise UsageError(f"{path}: expected a JSON object with the order's fields")
    unknown = sorted(fields.keys() - _KNOWN)
    if unknown:
        raise UsageError(
            f"{path}: unknown field {unknown[0]!r}; known are {', '.join(sorted(_KNOWN))}"
        )
    if isinstance(fields.get("document"), str):
        fields["document"] = str(path.parent / fields["document"])
    return fields


def read_pdf(path: Path) -> bytes:
    """The document's bytes, if it is a PDF that a person at TENIOS can open."""
    try:
        if path.stat().st_size > DOCUMENT_BYTES_AT_MOST:
            raise UsageError(
                f"document: {path} is larger than {DOCUMENT_BYTES_AT_MOST // 2**20} MiB;"
                " scan it with a lower resolution"
            )
        pdf = path.read_bytes()
    except OSError as error:
        raise UsageError(f"document: {path} cannot be read ({error.strerror})") from None
    if not pdf.startswith(b"%PDF-"):
        raise UsageError(f"document: {path} is not a PDF; TENIOS takes nothing else")
    try:
        reader = PdfReader(io.BytesIO(pdf))
        readable = not reader.is_encrypted and len(reader.pages) > 0
    except Exception:  # noqa: BLE001 -- a damaged PDF makes pypdf raise nearly anything
        readable = False
    if not readable:
        raise UsageError(
            f"document: {path} is damaged, encrypted or without a page; save it as a plain PDF"
        )
    return pdf


def build_order(
    fields: Mapping[str, Any], pdf: bytes, origin: Mapping[str, str]
) -> NumberOrderInput:
    """The order, or a `UsageError` that names each wrong field by where it came from.

    Args:
        fields: The flat fields of an order file or of the command line.
        pdf: The document's bytes.
        origin: For each field how its place is called, such as `--zip` or `order.json: zip`.
    """
    document = {
        "type": fields.get("document_type"),
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "store_id": "in no store yet",
    }
    address = {name: fields[name] for name in _ADDRESS & fields.keys()}
    order = {name: fields[name] for name in _ORDER & fields.keys()}
    try:
        Deadlines.model_validate(order.get("deadlines", {}), extra="forbid")
        return NumberOrderInput.model_validate({**order, "address": address, "document": document})
    except ValidationError as error:
        problems = []
        for problem in error.errors(include_input=False, include_url=False):
            place = [str(part) for part in problem["loc"]]
            name = {"document.type": "document_type"}.get(".".join(place), place[-1])
            message = "is missing" if problem["type"] == "missing" else problem["msg"]
            problems.append(f"{origin.get(name, name)}: {message}")
        raise UsageError("; ".join(problems)) from None


async def keep_document(
    order: NumberOrderInput, pdf: bytes, store: EvidenceStore
) -> NumberOrderInput:
    """Put an order's document into the evidence store; the order that names this store."""
    await store.put_document(pdf)
    document = order.document.model_copy(update={"store_id": await store.identity()})
    return order.model_copy(update={"document": document})


def warnings(order: NumberOrderInput) -> list[str]:
    """What looks wrong but must not block: area borders are not municipal borders."""
    # 100 MiB, which a worker or bridge in the same program can do without.
    from phonenumbers.geodata import GEOCODE_DATA  # noqa: PLC0415 -- see above

    place = GEOCODE_DATA.get(f"49{order.area_code}")
    if place is None:
        return [f"{order.area_code} is no German area code that we know; TENIOS may refuse it."]
    city = order.address.city.casefold()
    if any(city in name.casefold() or name.casefold() in city for name in place.values()):
        return []
    owner = f"Area code {order.area_code} belongs to {place['de']}, not to {order.address.city}"
    return [f"{owner}: TENIOS decides whether the address is in the area."]
