"""Pushes of any form: what is to be said, rendered as some program might write it."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

Pair = tuple[str, object]
Rendered = tuple[bytes, str | None]
"""A body and its content type."""

LATIN = st.characters(codec="latin-1", categories=["L", "Zs"])
# No key that means anything to us begins with an x, and no word has x and q in it.
NOISE_KEYS = st.text("qx", min_size=1, max_size=5).map("x{}".format)
NOISE = st.lists(
    st.tuples(
        NOISE_KEYS,
        st.text(LATIN, max_size=5).map("xq{}".format)
        | st.integers(-9, 9)
        | st.booleans()
        | st.none(),
    ),
    max_size=4,
)
WRAPPERS = st.lists(
    st.sampled_from(["data", "result", "event", "state", "payload", ""]), max_size=4
)


class Members(list[Pair]):
    """A JSON object, whose keys may stand there several times."""


@st.composite
def spelled(draw: st.DrawFn, *names: str) -> str:
    """One of the names, which are in snake case, in the spelling of any programmer."""
    words = draw(st.sampled_from(names)).split("_")
    camel = words[0] + "".join(word.title() for word in words[1:])
    forms = ["_".join(words), camel, "-".join(words).title(), "_".join(words).upper()]
    return draw(st.sampled_from(forms))


def as_json(value: object, *, ascii_only: bool) -> str:
    """JSON, in which `Members` are objects."""
    if isinstance(value, Members):
        inner = (
            f"{json.dumps(key, ensure_ascii=ascii_only)}: {as_json(member, ascii_only=ascii_only)}"
            for key, member in value
        )
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ",".join(as_json(item, ascii_only=ascii_only) for item in value) + "]"
    return json.dumps(value, ensure_ascii=ascii_only)


@dataclass(frozen=True)
class Encoding:
    """How a text becomes bytes."""

    codec: str
    declared: str | None

    def body(self, text: str, media_type: str) -> Rendered:
        declared = f"{media_type}; charset={self.declared}" if self.declared else media_type
        return text.encode(self.codec), declared


ENCODINGS = st.sampled_from(
    [
        Encoding("utf-8", None),
        Encoding("utf-8", "utf-8"),
        Encoding("utf-8-sig", None),
        Encoding("cp1252", None),
        Encoding("cp1252", "iso-8859-1"),
        Encoding("cp1252", "utf-8"),
        Encoding("utf-16", None),
        Encoding("utf-16-le", "utf-16le"),
        Encoding("utf-16-be", None),
        Encoding("utf-32", None),
    ]
)


@st.composite
def bodies(draw: st.DrawFn, said: Sequence[Pair]) -> Rendered:
    """A body that says this, among noise, in some form and some encoding."""
    pairs = [*draw(NOISE), *draw(st.permutations(said)), *draw(NOISE)]
    encoding = draw(ENCODINGS)
    form = draw(st.sampled_from(["json", "json", "form", "payload", "multipart", "brackets"]))
    plain = all(isinstance(value, str) for _, value in said)
    texts = [(key, value) for key, value in pairs if isinstance(value, str)]
    if form == "form" and plain:
        return encoding.body(urlencode(texts), "application/x-www-form-urlencoded")
    if form == "brackets" and plain:
        inner = [(f"data[0][{key}]", value) for key, value in texts]
        return encoding.body(urlencode(inner), "application/x-www-form-urlencoded")
    if form == "multipart" and plain:
        return _multipart(texts)
    ascii_only = draw(st.booleans())
    tree: object = Members(pairs)
    for around in draw(WRAPPERS):
        inside: object = tree
        how = draw(st.sampled_from(["as it is", "as it is", "text", "base64"]))
        if how != "as it is":
            inside = as_json(tree, ascii_only=ascii_only)
        if how == "base64":
            inside = base64.b64encode(str(inside).encode()).decode()
        if around:
            tree = Members([*draw(NOISE), (around, inside)])
        elif how == "as it is":
            tree = [tree]
    text = as_json(tree, ascii_only=ascii_only)
    if form == "payload":
        return encoding.body(f"payload={quote(text)}", "application/x-www-form-urlencoded")
    return encoding.body(draw(st.sampled_from(["", " \n"])) + text, "application/json")


def _multipart(texts: Sequence[tuple[str, str]]) -> Rendered:
    parts = "".join(
        f'--xBx\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in texts
    )
    return f"{parts}--xBx--\r\n".encode(), "multipart/form-data; boundary=xBx"
