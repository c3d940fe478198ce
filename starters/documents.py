"""Is this document a PDF that a person at TENIOS can open?"""

import io
import logging
from pathlib import Path

from number_orders.runtime.errors import UsageError
from number_orders.runtime.files import read_file

DOCUMENT_BYTES_AT_MOST = 10 * 1024 * 1024
"""TENIOS documents no limit; a scan of one page needs a tenth of this."""

_MARK = b"%PDF-"
_MARK_WITHIN = 1024
"""Where PDF readers look for the mark; mail programs and scanners put things in front of it."""

_OTHER_KINDS = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"{\\rtf", "an RTF text"),
    (b"<", "a web page or XML"),
)

# Its warnings repeat what stands in a document.
logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)


def read_pdf(path: Path) -> bytes:
    """The document in a file: a PDF from its mark on, with at least a page, of up to 10 MiB.

    Raises:
        UsageError: It cannot be read, or nobody could open it. It begins with the file's name.
    """
    content = read_file(path, DOCUMENT_BYTES_AT_MOST, f"{path}", "scan it with a lower resolution")
    if objection := objection_to_document(content):
        raise UsageError(f"{path} {objection}")
    return without_preamble(content)


def pdf_given_as(document: object) -> bytes:
    """The same for a document of which the path or the bytes are given.

    Raises:
        UsageError: It is neither, cannot be read, or nobody could open it.
    """
    match document:
        case bytes():
            if objection := objection_to_document(document):
                raise UsageError(objection)
            return without_preamble(document)
        case str() | Path():
            return read_pdf(Path(document))
        case None | "":
            raise UsageError("is missing: name a PDF that proves the address")
        case _:
            raise UsageError("expected the path of a PDF, or its bytes")


def without_preamble(content: bytes) -> bytes:
    """A PDF from its mark on, wherever within the first kilobyte that stands."""
    start = content[: _MARK_WITHIN + len(_MARK)].find(_MARK)
    return content[max(start, 0) :]


def objection_to_document(content: bytes) -> str | None:
    """Why nobody could use this document; `None` if somebody can."""
    if len(content) > DOCUMENT_BYTES_AT_MOST:
        return f"is larger than {DOCUMENT_BYTES_AT_MOST // 2**20} MiB"
    pdf = without_preamble(content)
    if not pdf.startswith(_MARK):
        return f"is not a PDF{_kind(content)}; TENIOS takes nothing else"
    # Here, since it takes longer to import than most commands without a document run.
    from pypdf import PdfReader  # noqa: PLC0415 -- see above

    try:
        reader = PdfReader(io.BytesIO(pdf))
        if reader.is_encrypted:
            return "is encrypted; save it as a plain PDF, without a password"
        readable = len(reader.pages) > 0
    except Exception:  # noqa: BLE001 -- a damaged PDF makes pypdf raise nearly anything
        readable = False
    return None if readable else "is damaged, encrypted or without a page; save it as a plain PDF"


def _kind(content: bytes) -> str:
    if not content:
        return ": it is empty"
    behind = content.find(_MARK)
    if behind > 0:
        return f": {behind} bytes of something else stand in front of one"
    return next((f" but {kind}" for mark, kind in _OTHER_KINDS if content.startswith(mark)), "")
