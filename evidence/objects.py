"""Small objects by key, in a folder of this machine or in a bucket: what the evidence store is on.

A thin layer over obstore. An operation raises what obstore raises, or an `OSError`.
"""

import asyncio
import contextlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore

_Result = TypeVar("_Result")

_AT_ONCE = 64
"""Operations on a folder. If its disk hangs, further ones wait for their limit, and no thread of
anybody else's hangs with it."""


class Objects(ABC):
    """Create-if-absent is the lock of all that is built on it."""

    folder: Path | None = None
    """Where they are on this machine."""

    @abstractmethod
    async def create(self, key: str, content: bytes) -> bool:
        """Create an object unless there is one; says whether it did.

        On return the object survives a power cut, also one that somebody else created.
        """

    @abstractmethod
    async def list(self, folder: str) -> list[str]:
        """The keys of all objects below a folder."""

    @abstractmethod
    async def read(self, key: str) -> bytes | None:
        """The object's content, or `None`."""

    @abstractmethod
    async def delete(self, key: str) -> None:
        """Delete an object; one that is not there is no mistake."""


class ObjectsInFolder(Objects):
    """In a folder. Each operation is one turn in a thread, with its syncs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = LocalStore(folder)
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="evidence")

    async def create(self, key: str, content: bytes) -> bool:
        """See the base class: file and folders are synced."""

        def created() -> bool:
            is_new = True
            try:
                obstore.put(self._store, key, content, mode="create")
            except AlreadyExistsError:
                is_new = False
            # Also where somebody else created it, who may not have come to this yet.
            self._sync(key)
            return is_new

        return await self._in_thread(created)

    async def list(self, folder: str) -> list[str]:
        """See the base class."""
        found = await self._in_thread(lambda: obstore.list(self._store, folder).collect())
        return [entry["path"] for entry in found]

    async def read(self, key: str) -> bytes | None:
        """See the base class."""

        def content() -> bytes | None:
            with contextlib.suppress(FileNotFoundError):
                return bytes(obstore.get(self._store, key).bytes())
            return None

        return await self._in_thread(content)

    async def delete(self, key: str) -> None:
        """See the base class."""

        def deleted() -> None:
            with contextlib.suppress(FileNotFoundError):
                obstore.delete(self._store, key)
            self._sync(str(Path(key).parent))

        await self._in_thread(deleted)

    async def _in_thread(self, operation: Callable[[], _Result]) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, operation)

    def _sync(self, key: str) -> None:
        """Sync an object or folder and all folders above it."""
        assert self.folder is not None  # noqa: S101 -- it has one by its constructor
        path = self.folder / key
        sync([path, *(one for one in path.parents if one.is_relative_to(self.folder))])


class ObjectsInBucket(Objects):
    """In a bucket, which keeps what it has taken."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def create(self, key: str, content: bytes) -> bool:
        """See the base class."""
        try:
            await obstore.put_async(self._store, key, content, mode="create")
        except AlreadyExistsError:
            return False
        return True

    async def list(self, folder: str) -> list[str]:
        """See the base class."""
        found = await obstore.list(self._store, folder).collect_async()
        return [entry["path"] for entry in found]

    async def read(self, key: str) -> bytes | None:
        """See the base class."""
        try:
            result = await obstore.get_async(self._store, key)
        except FileNotFoundError:
            return None
        return bytes(await result.bytes_async())

    async def delete(self, key: str) -> None:
        """See the base class."""
        with contextlib.suppress(FileNotFoundError):
            await obstore.delete_async(self._store, key)


def sync(paths: Iterable[Path]) -> None:
    """Let files and folders survive a power cut; those that are not there are passed over."""
    for path in paths:
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            # Deleted meanwhile, or never made.
            continue
        try:
            os.fsync(descriptor)
        except OSError as error:
            error.filename = str(path)
            raise
        finally:
            os.close(descriptor)
