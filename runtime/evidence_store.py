"""Documents, attempts and callbacks, kept where they outlive every process.

A thin layer over obstore: a local folder, or S3, GCS or Azure by URL. Create-if-absent is its lock.
"""

import asyncio
import contextlib
import hashlib
import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from runtime.errors import UsageError, UserError

_IDENTITY = "identity"
_PROBE = "probe"

_LIMIT_SECONDS = 15.0
"""For each operation. A store that does not answer would hold a push for minutes, in which TENIOS
gets no answer at all; with Temporal's 2 s before it, this stays below a proxy's 30 s."""
_DOCUMENT_LIMIT_SECONDS = 90.0
"""For a document, which may have 10 MiB and come over a slow line; no push waits for it."""


class StoreFailedError(OSError):
    """The store did not do what it was asked to; its own words may repeat credentials."""


@contextlib.asynccontextmanager
async def _within(limit_seconds: float) -> AsyncIterator[None]:
    """Bound an operation, and let it fail in our words."""
    try:
        async with asyncio.timeout(limit_seconds):
            yield
    except TimeoutError:
        raise StoreFailedError(
            f"The evidence store did not answer within {limit_seconds:.0f} s"
        ) from None
    except (BaseError, FileNotFoundError) as error:
        # The second one where there is no bucket.
        raise StoreFailedError(f"The evidence store failed ({type(error).__name__})") from None


class EvidenceStore:
    """A flat space of small objects by key. Keys are of ours and hold nothing secret."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the store at `STORE_URL`; a local folder is made if it is missing."""
        try:
            if url.startswith("file:"):
                return cls(LocalStore.from_url(url, mkdir=True))
            # obstore types the kinds of store apart; we use what they share.
            return cls(from_url(url))
        except (BaseError, OSError, ValueError) as error:
            # The URL may hold credentials, and the store's own words repeat it.
            raise UsageError(
                f"STORE_URL: the evidence store cannot be opened ({type(error).__name__});"
                " expected file:///folder, s3://bucket/prefix, ..."
            ) from None

    async def create(self, key: str, content: bytes, *, limit_seconds: float | None = None) -> bool:
        """Create an object unless there is one; says whether it did.

        On return the object survives a power cut: on a local folder, file and folders are synced.
        """
        async with _within(limit_seconds or _LIMIT_SECONDS):
            try:
                await obstore.put_async(self._store, key, content, mode="create")
            except AlreadyExistsError:
                created = False
            else:
                created = True
        if isinstance(self._store, LocalStore):
            # Also where somebody else created it, who may not have come to this yet.
            await asyncio.to_thread(self._sync, key)
        return created

    async def list(self, folder: str) -> list[str]:
        """The keys of all objects below a folder, in their order."""
        async with _within(_LIMIT_SECONDS):
            found = await obstore.list(self._store, folder).collect_async()
        return sorted(entry["path"] for entry in found)

    async def read(self, key: str, *, limit_seconds: float | None = None) -> bytes | None:
        """The object's content, or `None`."""
        async with _within(limit_seconds or _LIMIT_SECONDS):
            try:
                result = await obstore.get_async(self._store, key)
            except FileNotFoundError:
                return None
            return bytes(await result.bytes_async())

    async def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no mistake."""
        async with _within(_LIMIT_SECONDS):
            with contextlib.suppress(FileNotFoundError):
                await obstore.delete_async(self._store, key)
        if isinstance(self._store, LocalStore):
            await asyncio.to_thread(self._sync, str(Path(key).parent))

    async def exists(self) -> bool:
        """Whether anybody has used this store before."""
        return await self.read(_IDENTITY) is not None

    async def identity(self) -> str:
        """What tells this store from every other one; made when it is asked for first.

        It travels with each order, so that a worker with another store, and so without the order's
        attempt ledger, refuses to place it. A copy of a store keeps its identity.
        """
        identity = await self.read(_IDENTITY)
        if identity is None:
            await self.create(_IDENTITY, str(uuid.uuid4()).encode())
            identity = await self.read(_IDENTITY)
        if identity is None:
            raise UserError("STORE_URL: the evidence store does not keep what is written to it")
        return identity.decode()

    async def fingerprint(self) -> str:
        """The beginning of the identity, for people who compare the stores of two processes."""
        return (await self.identity())[:8]

    async def check(self) -> None:
        """Raise a `UserError` if this store cannot be a lock: it must refuse to create twice."""
        await self.create(_PROBE, b"")
        if await self.create(_PROBE, b""):
            raise UserError(
                "STORE_URL: the evidence store ignores create-if-absent, so that it could not keep"
                " an order from being placed twice; use another one"
            )

    async def put_document(self, pdf: bytes) -> str:
        """Keep a document under its hash, which is returned; the same one twice is kept once."""
        sha256 = hashlib.sha256(pdf).hexdigest()
        if await self.document(sha256) is None:
            # A damaged one is replaced.
            await self.delete(_document_key(sha256))
            await self.create(_document_key(sha256), pdf, limit_seconds=_DOCUMENT_LIMIT_SECONDS)
        return sha256

    async def document(self, sha256: str) -> bytes | None:
        """A document, if it is there and whole."""
        pdf = await self.read(_document_key(sha256), limit_seconds=_DOCUMENT_LIMIT_SECONDS)
        return pdf if pdf is not None and hashlib.sha256(pdf).hexdigest() == sha256 else None

    def _sync(self, key: str) -> None:
        root = self._store.prefix if isinstance(self._store, LocalStore) else None
        if root is None:
            return
        path = root / key
        for place in (path, *(parent for parent in path.parents if parent.is_relative_to(root))):
            try:
                descriptor = os.open(place, os.O_RDONLY)
            except FileNotFoundError:
                # Deleted meanwhile, or never made.
                continue
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _document_key(sha256: str) -> str:
    return f"documents/{sha256}.pdf"
