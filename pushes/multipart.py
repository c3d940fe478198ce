"""The parts of a multipart body, by hand: a mail parser does more than a callback needs."""

import base64
import binascii
import quopri
import re

_BOUNDARY = re.compile(r"boundary\s*=\s*(?:\"([^\"]+)\"|([^\s;,]+))", re.IGNORECASE)
_NAME = re.compile(
    rb"^content-disposition:[^\n]*?[;\s]name\s*=\s*(?:\"([^\"]*)\"|([^\s;]+))",
    re.IGNORECASE | re.MULTILINE,
)
_TYPE = re.compile(rb"^content-type:\s*([^\n]+)", re.IGNORECASE | re.MULTILINE)
_ENCODING = re.compile(rb"^content-transfer-encoding:\s*([\w-]+)", re.IGNORECASE | re.MULTILINE)

Part = tuple[str, str | None, bytes]
"""Its name, its content type and its content."""


def parts_of(body: bytes, content_type: str | None, *, at_most: int) -> list[Part] | None:
    """The parts of a multipart body, the last of `at_most` with all the rest; `None` for any other.

    What has no form of a part is left in one without a name, so that nobody overlooks it.
    """
    boundary = _boundary(body, content_type)
    if boundary is None:
        return None
    between = (b"\n" + body.replace(b"\r\n", b"\n")).split(b"\n--" + boundary, at_most)
    return [_part(raw) for raw in between[1:] if raw.strip() not in {b"", b"--"}]


def _boundary(body: bytes, content_type: str | None) -> bytes | None:
    found = _BOUNDARY.search(content_type or "")
    if found and (content_type or "").strip().lower().startswith("multipart/"):
        boundary = (found[1] or found[2]).encode()
        # Programs that say multipart and send something else exist.
        return boundary if b"--" + boundary in body else None
    first = body.lstrip().partition(b"\n")[0].strip()
    is_one = first.startswith(b"--") and re.search(rb"content-disposition:", body, re.IGNORECASE)
    return first[2:] if is_one and len(first) > len(b"--") else None


def _part(raw: bytes) -> Part:
    head, _, content = raw.lstrip(b" \t").removeprefix(b"\n").partition(b"\n\n")
    name, kind, encoding = (pattern.search(head) for pattern in (_NAME, _TYPE, _ENCODING))
    if encoding and encoding[1].lower() == b"base64":
        try:
            content = base64.b64decode(content)
        except binascii.Error:
            return "", None, raw
    elif encoding and encoding[1].lower() == b"quoted-printable":
        content = quopri.decodestring(content)
    if name is None:
        return "", None, raw
    named = (name[1] or name[2] or b"").decode(errors="replace")
    return named, kind[1].decode(errors="replace") if kind else None, content
