"""What a client sent, made fit for the ledger, for SQLite and for JSON, whatever it was."""

import hashlib
import json
from typing import Any

_TEXT_AT_MOST = 2_000
"""Of a body that is no JSON."""


def parsed(content: bytes) -> Any:
    """The JSON in a body; its text if it is none, or nested too deeply to be written again."""
    try:
        return _clean(json.loads(content))
    except (ValueError, RecursionError):
        return _storable(content[:_TEXT_AT_MOST].decode("utf-8", "backslashreplace"))


def for_ledger(body: Any, access_keys: frozenset[str]) -> Any:
    """The body without the key, and with the document's hash in the place of its bytes."""
    if isinstance(body, dict):
        shown = {name: value for name, value in body.items() if name != "access_key"}
        if isinstance(shown.get("document_data"), str):
            digest = hashlib.sha256(shown["document_data"].encode()).hexdigest()
            shown["document_data"] = f"sha256 of the base64: {digest}"
        return shown
    if isinstance(body, str):
        for key in access_keys:
            body = body.replace(key, "***") if key else body
    return body


def _clean(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_storable(name): _clean(item) for name, item in value.items()}
    if isinstance(value, float) and not abs(value) < float("inf"):
        # Python reads NaN and Infinity; no other JSON has them.
        return str(value)
    return _storable(value) if isinstance(value, str) else value


def _storable(text: str) -> str:
    """Lone surrogates, which JSON can spell, are no text for SQLite or UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()
