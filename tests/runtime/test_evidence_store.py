"""The evidence store on a local folder."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from obstore.store import LocalStore

from runtime.errors import UsageError, UserError
from runtime.evidence_store import EvidenceStore


async def test_create_if_absent(tmp_path: Path) -> None:
    """Of many who create the same object at once, one does, and its content stays."""
    store = EvidenceStore.open(tmp_path.as_uri())
    created = await asyncio.gather(
        *(store.create("attempts/number-order:a/000001.intent", str(n).encode()) for n in range(50))
    )
    assert sum(created) == 1
    winner = str(created.index(True)).encode()
    assert await store.read("attempts/number-order:a/000001.intent") == winner


async def test_delete(tmp_path: Path) -> None:
    """What was deleted can be created again."""
    store = EvidenceStore.open(tmp_path.as_uri())
    await store.create("a/b", b"1")
    await store.delete("a/b")
    assert await store.read("a/b") is None
    assert await store.create("a/b", b"2")


async def test_damaged_document(tmp_path: Path) -> None:
    """A document whose bytes do not fit its hash is not handed out; put again, it is mended."""
    store = EvidenceStore.open(tmp_path.as_uri())
    sha256 = await store.put_document(b"%PDF-1.4")
    assert sha256 == hashlib.sha256(b"%PDF-1.4").hexdigest()
    assert await store.document(sha256) == b"%PDF-1.4"
    (tmp_path / "documents" / f"{sha256}.pdf").write_bytes(b"%PDF-1.5")
    assert await store.document(sha256) is None
    await store.put_document(b"%PDF-1.4")
    assert await store.document(sha256) == b"%PDF-1.4"


@pytest.mark.parametrize("url", ["ftp://x", "nonsense", "file:///proc/no/such"])
def test_unusable_url(url: str) -> None:
    """A store that cannot be opened is named in one line."""
    with pytest.raises(UsageError, match=r"^STORE_URL: [^\n]*$"):
        EvidenceStore.open(url)


async def test_identity(tmp_path: Path) -> None:
    """A store keeps its identity, whoever asks first; another store has another one."""
    store = EvidenceStore.open(tmp_path.as_uri())
    first, second = await asyncio.gather(store.identity(), store.identity())
    assert first == second == await EvidenceStore.open(tmp_path.as_uri()).identity()
    assert await EvidenceStore.open((tmp_path / "other").as_uri()).identity() != first


async def test_store_that_is_no_lock(tmp_path: Path) -> None:
    """A store that overwrites instead of refusing is found out before it can do harm."""

    class Overwriting(EvidenceStore):
        async def create(self, key: str, content: bytes) -> bool:
            await self.delete(key)
            return await super().create(key, content)

    await EvidenceStore.open(tmp_path.as_uri()).check()
    with pytest.raises(UserError, match="ignores create-if-absent"):
        await Overwriting(LocalStore(tmp_path)).check()


async def test_list(tmp_path: Path) -> None:
    """A listing is in the order of the keys, and ends where the folder's name ends."""
    store = EvidenceStore.open(tmp_path.as_uri())
    for key in ("a/2", "a/1", "ab/3"):
        await store.create(key, b"")
    assert await store.list("a") == ["a/1", "a/2"]
    assert await store.list("nothing") == []
