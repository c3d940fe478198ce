"""The evidence store on a local folder."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from runtime.errors import UsageError
from runtime.evidence_store import EvidenceStore


async def test_create_if_absent(tmp_path: Path) -> None:
    """Of many who create the same object at once, one does, and its content stays."""
    store = EvidenceStore.open(tmp_path.as_uri())
    created = await asyncio.gather(
        *(store.create("attempts/number-order:a/1/intent", str(n).encode()) for n in range(50))
    )
    assert sum(created) == 1
    winner = str(created.index(True)).encode()
    assert await store.read("attempts/number-order:a/1/intent") == winner


async def test_delete(tmp_path: Path) -> None:
    """What was deleted can be created again."""
    store = EvidenceStore.open(tmp_path.as_uri())
    await store.create("a/b", b"1")
    await store.delete("a/b")
    assert await store.read("a/b") is None
    assert await store.create("a/b", b"2")


async def test_damaged_document(tmp_path: Path) -> None:
    """A document whose bytes do not fit its hash is not handed out."""
    store = EvidenceStore.open(tmp_path.as_uri())
    sha256 = await store.put_document(b"%PDF-1.4")
    assert sha256 == hashlib.sha256(b"%PDF-1.4").hexdigest()
    assert await store.document(sha256) == b"%PDF-1.4"
    (tmp_path / "documents" / f"{sha256}.pdf").write_bytes(b"%PDF-1.5")
    assert await store.document(sha256) is None


@pytest.mark.parametrize("url", ["ftp://x", "nonsense", "file:///proc/no/such"])
def test_unusable_url(url: str) -> None:
    """A store that cannot be opened is named in one line."""
    with pytest.raises(UsageError, match=r"^STORE_URL: [^\n]*$"):
        EvidenceStore.open(url)
