"""The evidence store on a local folder."""

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Awaitable
from pathlib import Path

import pytest

from number_orders.evidence.objects import ObjectsInFolder
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import StoreFailedError, UsageError, UserError
from number_orders.workflows.models import DocumentType


async def test_create_if_absent(tmp_path: Path) -> None:
    """Of many who create the same object at once, one does, and its content stays."""
    store = EvidenceStore.open(tmp_path.as_uri(), create=True)
    created = await asyncio.gather(
        *(store.create("attempts/number-order:a/000001.intent", str(n).encode()) for n in range(50))
    )
    assert sum(created) == 1
    winner = str(created.index(True)).encode()
    assert await store.read("attempts/number-order:a/000001.intent") == winner


async def test_delete(tmp_path: Path) -> None:
    """What was deleted can be created again."""
    store = EvidenceStore.open(tmp_path.as_uri(), create=True)
    await store.create("a/b", b"1")
    await store.delete("a/b")
    assert await store.read("a/b") is None
    assert await store.create("a/b", b"2")


async def test_damaged_document(tmp_path: Path) -> None:
    """A document whose bytes do not fit its hash is not handed out; put again, it is mended."""
    store = EvidenceStore.open(tmp_path.as_uri(), create=True)
    document = await store.keep_document(b"%PDF-1.4", DocumentType.CONTRACT)
    sha256 = document.sha256
    assert sha256 == hashlib.sha256(b"%PDF-1.4").hexdigest()
    assert await store.document(sha256) == b"%PDF-1.4"
    (tmp_path / "documents" / f"{sha256}.pdf").write_bytes(b"%PDF-1.5")
    assert await store.document(sha256) is None
    await store.keep_document(b"%PDF-1.4", DocumentType.CONTRACT)
    assert await store.document(sha256) == b"%PDF-1.4"


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files and folders that were synced, in their order."""
    paths: list[Path] = []

    def fsync(descriptor: int) -> None:
        paths.append(Path(f"/proc/self/fd/{descriptor}").readlink())

    monkeypatch.setattr(os, "fsync", fsync)
    return paths


async def test_a_new_store_is_durable(tmp_path: Path, synced: list[Path]) -> None:
    """All folders that were made for a store are synced, and the one in which they stand."""
    EvidenceStore.open((tmp_path / "a" / "b" / "c").as_uri(), create=True)
    assert {tmp_path, *(tmp_path / made for made in ("a", "a/b", "a/b/c"))} <= set(synced)


async def test_what_is_created_is_durable(tmp_path: Path, synced: list[Path]) -> None:
    """An object and its folders are synced, also for whoever finds that another created it."""
    store = EvidenceStore.open(tmp_path.as_uri(), create=True)
    for created in (True, False):
        synced.clear()
        assert await store.create("a/b/c", b"1") is created
        assert synced == [tmp_path / place for place in ("a/b/c", "a/b", "a", "")]


async def test_what_is_deleted_is_durable(tmp_path: Path, synced: list[Path]) -> None:
    """A deletion is synced: a push that was archived must not wait again after a power cut."""
    store = EvidenceStore.open(tmp_path.as_uri(), create=True)
    await store.create("a/b/c", b"1")
    synced.clear()
    await store.delete("a/b/c")
    assert synced == [tmp_path / place for place in ("a/b", "a", "")]


@pytest.mark.parametrize("url", ["ftp://x", "nonsense", "/srv/evidence", "file:///proc/no/such"])
def test_unusable_url(url: str) -> None:
    """A store that cannot be opened is named in one line."""
    with pytest.raises(UsageError, match=r"^STORE_URL: [^\n]*$"):
        EvidenceStore.open(url, create=True)


@pytest.mark.parametrize("create", [True, False])
@pytest.mark.parametrize(
    "url",
    [
        "file:var/evidence",
        "file:./var/evidence",
        "file://var/evidence",
        "file://~/evidence",
        "file://",
        "FILE:var",
        "file:///srv/evidence?x",
        "file:///srv/evidence#x",
    ],
)
def test_relative_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, create: bool
) -> None:
    """A folder that is not named by its whole path is refused with the way to write it."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=f"such as {(tmp_path / 'var' / 'evidence').as_uri()}$"):
        EvidenceStore.open(url, create=create)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["file://{}", "file://localhost{}", "FILE://{}/", "file:{}"])
async def test_whole_path(tmp_path: Path, form: str) -> None:
    """A whole path is one however it is written."""
    folder = tmp_path / "ä b"
    folder.mkdir()
    for path in (str(folder), str(folder).replace(" ", "%20")):
        store = EvidenceStore.open(form.format(path), create=True)
        await store.identity()
        assert (folder / "identity").exists()


def test_only_who_may_makes_a_folder(tmp_path: Path) -> None:
    """A store that is not there is named, and not made by who only wants to use it."""
    folder = tmp_path / "evidence"
    with pytest.raises(UsageError, match=f"^STORE_URL: there is no folder {folder}: "):
        EvidenceStore.open(folder.as_uri())
    folder.touch()
    for create in (True, False):
        with pytest.raises(UsageError, match=f"^STORE_URL: .*{folder}"):
            EvidenceStore.open(folder.as_uri(), create=create)


async def test_only_who_may_makes_a_store(tmp_path: Path) -> None:
    """In a folder that is no store nothing is put, by who only wants to use one."""
    store = EvidenceStore.open(tmp_path.as_uri())

    def keep() -> Awaitable[object]:
        return store.keep_document(b"%PDF-1.4", DocumentType.CONTRACT)

    for use in (store.identity, store.check, keep):
        with pytest.raises(UserError, match=f"^STORE_URL: {tmp_path} is no evidence store"):
            await use()
    assert list(tmp_path.iterdir()) == []
    await EvidenceStore.open(tmp_path.as_uri(), create=True).check()
    await store.check()


async def test_unusable_place(tmp_path: Path) -> None:
    """What cannot be used is named by its path, with the system's reason."""
    store = EvidenceStore.open(tmp_path.as_uri(), create=True)
    (tmp_path / "attempts").touch()
    with pytest.raises(StoreFailedError, match=rf"^{tmp_path}/attempts/1 .*\(Not a directory\)$"):
        await store.create("attempts/1", b"")


_FORKING = """
import asyncio, os, sys
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import UsageError

def use(store):
    try:
        asyncio.run(store.exists())
    except UsageError as error:
        print(error, flush=True)
    else:
        print("used", flush=True)

store = EvidenceStore.open(sys.argv[1], create=True)
for _ in range(2):
    child = os.fork()
    if child == 0:
        use(store)
        use(EvidenceStore.open(sys.argv[1]))
        os._exit(0)
    os.waitpid(child, 0)
    use(store)
# Else a thread of the store's library may abort an interpreter that ends, now and then.
os._exit(0)
"""


def test_fork(tmp_path: Path) -> None:
    """A store may be opened before a fork; one that was used there says so, and does not hang."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FORKING, tmp_path.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    first, second = done.stdout.splitlines()[:3], done.stdout.splitlines()[3:]
    assert first == ["used"] * 3
    refused = "This process was forked from one that had used"
    assert [line.startswith(refused) for line in second] == [True, True, False]


async def test_identity(tmp_path: Path) -> None:
    """A store keeps its identity, whoever asks first; another store has another one."""
    store = EvidenceStore.open(tmp_path.as_uri(), create=True)
    first, second = await asyncio.gather(store.identity(), store.identity())
    assert first == second == await EvidenceStore.open(tmp_path.as_uri(), create=True).identity()
    assert await EvidenceStore.open((tmp_path / "other").as_uri(), create=True).identity() != first


async def test_store_that_is_no_lock(tmp_path: Path) -> None:
    """A store that overwrites instead of refusing is found out before it can do harm."""

    class Overwriting(EvidenceStore):
        async def create(self, key: str, content: bytes) -> bool:
            await self.delete(key)
            return await super().create(key, content)

    await EvidenceStore.open(tmp_path.as_uri(), create=True).check()
    with pytest.raises(UserError, match="ignores create-if-absent"):
        await Overwriting(ObjectsInFolder(tmp_path)).check()


async def test_list(tmp_path: Path) -> None:
    """A listing is in the order of the keys, and ends where the folder's name ends."""
    store = EvidenceStore.open(tmp_path.as_uri(), create=True)
    for key in ("a/2", "a/1", "ab/3"):
        await store.create(key, b"")
    assert await store.list("a") == ["a/1", "a/2"]
    assert await store.list("nothing") == []
