"""Documents, attempts and callbacks, kept where they outlive every process.

In a local folder, or in S3, GCS or Azure by URL. Create-if-absent is its lock.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self
from urllib.parse import unquote_to_bytes, urlsplit

from obstore.exceptions import BaseError
from obstore.store import from_url

from number_orders.evidence.objects import Objects, ObjectsInBucket, ObjectsInFolder, sync
from number_orders.runtime.errors import StoreFailedError, UsageError, UserError
from number_orders.runtime.forking import refuse_after_fork
from number_orders.workflows.models import DocumentReference, DocumentType

_IDENTITY = "identity"
_PROBE = "probe"

_LIMIT_SECONDS = 15.0
"""For each operation. A store that does not answer would hold a push for minutes, in which TENIOS
gets no answer at all; with Temporal's 2 s before it, this stays below a proxy's 30 s."""
_DOCUMENT_LIMIT_SECONDS = 90.0
"""For a document, which may have 10 MiB and come over a slow line; no push waits for it."""


class EvidenceStore:
    """A flat space of small objects by key. We choose the keys, and they hold nothing secret.

    Every operation raises a `StoreFailedError` if the store refuses, or does not answer within 15 s
    (90 s for a document). A process that forks uses it after the fork, in the child only: see
    `runtime.forking`.
    """

    def __init__(self, objects: Objects, *, create: bool = False) -> None:
        self._objects = objects
        self._create = create

    @classmethod
    def open(cls, url: str, *, create: bool = False) -> Self:
        """Open the store at `STORE_URL`.

        Only `setup`, `dev` and the worker make one. For all others a mistyped address would be an
        empty store, which no worker has.

        Args:
            url: `file:///folder`, `s3://bucket/prefix`, or what else obstore opens.
            create: Whether a store that is not there is made.

        Raises:
            UsageError: This is no address of a store, or the folder cannot be used.
        """
        try:
            if urlsplit(url).scheme == "file":
                return cls(ObjectsInFolder(_folder(url, create=create)), create=create)
            # obstore types the kinds of store apart; we use what they share.
            return cls(ObjectsInBucket(from_url(url)), create=create)
        except OSError as error:
            raise UsageError(
                f"STORE_URL: {error.filename} cannot be used ({error.strerror}): choose a folder"
                " that this user may write to"
            ) from None
        except (BaseError, ValueError) as error:
            # The URL may hold credentials, and the store's own words repeat it.
            raise UsageError(
                f"STORE_URL: the evidence store cannot be opened ({type(error).__name__});"
                " expected file:///folder, s3://bucket/prefix, ..."
            ) from None

    async def create(self, key: str, content: bytes, *, limit_seconds: float | None = None) -> bool:
        """Create an object unless there is one; says whether it did.

        On return the object survives a power cut: on a local folder, file and folders are synced.
        """
        async with self._within(limit_seconds or _LIMIT_SECONDS, key):
            return await self._objects.create(key, content)

    async def list(self, folder: str) -> list[str]:
        """The keys of all objects below a folder, in their order."""
        async with self._within(_LIMIT_SECONDS, folder):
            return sorted(await self._objects.list(folder))

    async def read(self, key: str, *, limit_seconds: float | None = None) -> bytes | None:
        """The object's content, or `None`."""
        async with self._within(limit_seconds or _LIMIT_SECONDS, key):
            return await self._objects.read(key)

    async def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no mistake."""
        async with self._within(_LIMIT_SECONDS, key):
            await self._objects.delete(key)

    async def exists(self) -> bool:
        """Whether anybody has used this store before."""
        return await self.read(_IDENTITY) is not None

    async def identity(self) -> str:
        """What tells this store from every other one; made with the store.

        It travels with each order, so that a worker with another store, and so without the order's
        attempt ledger, refuses to place it. A copy of a store keeps its identity.

        Raises:
            UserError: This is no store, and this process may make none.
            StoreFailedError: The store does not answer within 15 s, or refuses.
        """
        identity = await self.read(_IDENTITY)
        if identity is None and not self._create:
            raise UserError(
                f"STORE_URL: {self._objects.folder or 'the bucket or prefix'} is no evidence store:"
                " it has no object `identity`. Set STORE_URL as it is set for the workers, or as"
                " number-orders dev prints it; number-orders setup or a worker makes a new store"
            )
        if identity is None:
            await self.create(_IDENTITY, str(uuid.uuid4()).encode())
            identity = await self.read(_IDENTITY)
        if identity is None:
            raise UserError("STORE_URL: the evidence store does not keep what is written to it")
        return identity.decode(errors="replace")

    async def fingerprint(self) -> str:
        """The beginning of the identity, for people who compare the stores of two processes."""
        return (await self.identity())[:8]

    async def check(self) -> None:
        """Raise a `UserError` if this is no store, or no lock: it must refuse to create twice."""
        await self.identity()
        await self.create(_PROBE, b"")
        if await self.create(_PROBE, b""):
            raise UserError(
                "STORE_URL: the evidence store ignores create-if-absent, so that it could not keep"
                " an order from being placed twice; use another one"
            )

    async def keep_document(self, pdf: bytes, document_type: DocumentType) -> DocumentReference:
        """Store a PDF under its SHA-256, and return the reference by which an order names it.

        The same document is stored once; a damaged copy is replaced.

        Raises:
            UserError: This is no store, and this process may make none.
            StoreFailedError: The store does not answer in time, or refuses.
        """
        # Nothing is put where no store is.
        await self.identity()
        sha256 = hashlib.sha256(pdf).hexdigest()
        if await self.document(sha256) is None:
            # A damaged one is replaced.
            await self.delete(_document_key(sha256))
            await self.create(_document_key(sha256), pdf, limit_seconds=_DOCUMENT_LIMIT_SECONDS)
        return DocumentReference(type=document_type, sha256=sha256)

    async def document(self, sha256: str) -> bytes | None:
        """A document, if it is there and whole."""
        pdf = await self.read(_document_key(sha256), limit_seconds=_DOCUMENT_LIMIT_SECONDS)
        return pdf if pdf is not None and hashlib.sha256(pdf).hexdigest() == sha256 else None

    @contextlib.asynccontextmanager
    async def _within(self, limit_seconds: float, key: str) -> AsyncIterator[None]:
        """Bound an operation, and let it fail in our words."""
        refuse_after_fork()
        try:
            async with asyncio.timeout(limit_seconds):
                yield
        except TimeoutError:
            raise StoreFailedError(
                f"The evidence store did not answer within {limit_seconds:.0f} s"
            ) from None
        except (BaseError, OSError) as error:
            folder = self._objects.folder
            what = folder / key if folder else "The evidence store"
            raise StoreFailedError(f"{what} failed ({_reason(error)})") from None


def _folder(url: str, *, create: bool) -> Path:
    """The folder of a `file:` URL, durably made if it may be; raises `OSError` or `UsageError`."""
    parts = urlsplit(url)
    whole = parts.netloc in {"", "localhost"} and parts.path.startswith("/")
    if not whole or parts.query or parts.fragment:
        # A relative one would begin at the root of the disk.
        raise UsageError(
            "STORE_URL: expected file:// and the folder's whole path, such as"
            f" {Path('var/evidence').absolute().as_uri()}"
        )
    folder = Path(os.fsdecode(unquote_to_bytes(parts.path)))
    if create:
        folder.mkdir(parents=True, exist_ok=True)
        # All that were made; what cannot be opened was there before.
        sync(path for path in (folder, *folder.parents) if os.access(path, os.R_OK))
    elif not folder.is_dir():
        raise UsageError(
            f"STORE_URL: there is no folder {folder}: check the path; number-orders setup or a"
            " worker makes a new store there"
        )
    return folder


def _reason(error: Exception) -> str:
    """Why an operation failed: of the store's own words, only a folder's error number."""
    number = re.search(r"\(os error (\d+)\)", str(error))
    if number:
        return os.strerror(int(number[1]))
    return getattr(error, "strerror", None) or type(error).__name__


def _document_key(sha256: str) -> str:
    return f"documents/{sha256}.pdf"
