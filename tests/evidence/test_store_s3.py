"""The evidence store on S3, over HTTP, with the rights that docs/production.md names."""

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from number_orders.evidence.attempts import AttemptLedger, OwnAttempt
from number_orders.evidence.kept_pushes import KeptPushes
from number_orders.evidence.received_push import ReceivedPush
from number_orders.evidence.store import EvidenceStore
from number_orders.pushes.fields import content_of
from number_orders.runtime.errors import StoreFailedError
from number_orders.workflows.activity_interface import (
    OrderAttempt,
    OrderPlaced,
    OutcomeUnknown,
    PlaceOrder,
)
from number_orders.workflows.models import DocumentType
from tests.support.attacked_order import KEYS
from tests.support.command import run
from tests.support.order_driver import VERIFIED

BUCKET = "number-orders-evidence"
URL = f"s3://{BUCKET}/evidence"
RIGHTS = re.search(
    r"```json\n(.+?)```",
    (Path(__file__).parents[2] / "docs" / "production.md").read_text(),
    re.DOTALL,
)[1].replace("BUCKET", BUCKET)  # type: ignore[index]
REQUEST = PlaceOrder(
    verification_id="v", data=VERIFIED, store_id="s", lineage="run-1", settled_attempt=0
)


class OneAtATime:
    """Moto, one request after the other.

    It looks whether there is an object and then writes it, which is no lock with several threads.
    """

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._turn = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with self._turn:
            return list(self._moto(environ, start_response))


class S3:
    """A running S3 that lets in whoever has a key and the rights."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._users = 0
        self._account = {
            "endpoint_url": self.url,
            "region_name": "us-east-1",
            "aws_access_key_id": "owner",
            "aws_secret_access_key": "secret",
        }
        boto3.client("s3", **self._account).create_bucket(Bucket=BUCKET)

    def environment(self, rights: str = RIGHTS) -> dict[str, str]:
        """What a process needs to come in as a new user with these rights."""
        self._check_everybody_after("inf")
        iam = boto3.client("iam", **self._account)
        self._users += 1
        user = {"UserName": f"user-{self._users}"}
        iam.create_user(**user)
        iam.put_user_policy(**user, PolicyName="rights", PolicyDocument=rights)
        key = iam.create_access_key(**user)["AccessKey"]
        self._check_everybody_after("0")
        return {
            "AWS_ENDPOINT": self.url,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            # This S3 asks for a right to the bucket where several are deleted at once.
            "AWS_DISABLE_BULK_DELETE": "true",
        }

    def _check_everybody_after(self, requests: str) -> None:
        httpx.post(f"{self.url}/moto-api/reset-auth", content=requests, trust_env=False)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    server = make_server("127.0.0.1", 0, OneAtATime(), True, request_handler=MotoRequestHandler)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield S3(server.port)
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def store(s3: S3, monkeypatch: pytest.MonkeyPatch) -> EvidenceStore:
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    return EvidenceStore.open(URL, create=True)


async def test_create_if_absent(store: EvidenceStore) -> None:
    """Of many who create the same object at once one does, again and again; its content stays."""
    await store.check()
    for n in range(20):
        key = f"created/{n}"
        created = await asyncio.gather(*(store.create(key, str(i).encode()) for i in range(20)))
        assert sum(created) == 1
        assert await store.read(key) == str(created.index(True)).encode()


async def test_objects(store: EvidenceStore) -> None:
    """Objects are listed in the order of their keys, and gone once they are deleted."""
    for key in ("a/2", "a/1", "ab/3"):
        await store.create(key, b"")
    assert await store.list("a") == ["a/1", "a/2"]
    await store.delete("a/1")
    await store.delete("a/1")
    assert await store.read("a/1") is None
    assert await store.list("a") == ["a/2"]
    assert await store.list("nothing") == []


async def test_identity(store: EvidenceStore) -> None:
    """A bucket's store has one identity, and another folder of the bucket is another store."""
    other = EvidenceStore.open(f"s3://{BUCKET}/other", create=True)
    first, second, third = await asyncio.gather(
        store.identity(), EvidenceStore.open(URL, create=True).identity(), other.identity()
    )
    assert first == second
    assert first != third


async def test_documents(store: EvidenceStore) -> None:
    """A document of the largest size comes back whole."""
    pdf = b"%PDF-1.4" + bytes(10 * 1024 * 1024)
    document = await store.keep_document(pdf, DocumentType.CONTRACT)
    assert await store.document(document.sha256) == pdf


async def test_attempt_ledger(store: EvidenceStore) -> None:
    """An attempt is begun once; whoever comes later finds it under way, and then its outcome."""
    ledger = AttemptLedger(store, "number-order:a")
    own = await ledger.begin(REQUEST)
    assert isinstance(own, OwnAttempt)
    found = await ledger.begin(REQUEST)
    assert isinstance(found, OrderAttempt)
    assert isinstance(found.answer, OutcomeUnknown)
    await own.record(OrderPlaced(order_id="1001"))
    assert await ledger.begin(REQUEST) == OrderAttempt(
        number=own.number, answer=OrderPlaced(order_id="1001")
    )


async def test_attempts_at_once(store: EvidenceStore) -> None:
    """Of ten executions that place the same order at once, at most one may send it."""
    ledger = AttemptLedger(store, "number-order:b")
    begun = await asyncio.gather(*(ledger.begin(REQUEST) for _ in range(10)))
    assert sum(isinstance(attempt, OwnAttempt) for attempt in begun) <= 1


async def test_kept_pushes(store: EvidenceStore) -> None:
    """A push is kept, listed, read and moved."""
    kept = KeptPushes(store)
    push = ReceivedPush.of(KEYS.callback("number-order:a"), content_of(b"{}"), {}, "url")
    push_id = await kept.keep(push, "pending")
    assert await kept.ids("pending") == [push_id]
    assert await kept.read("pending", push_id) == push
    assert await kept.move(push_id, "pending", "archive")
    assert (await kept.ids("pending"), await kept.ids("archive")) == ([], [push_id])


async def everything(store: EvidenceStore) -> None:
    """All that is ever asked of a store."""
    await store.check()
    await store.create("used/1", b"1")
    assert await store.list("used") == ["used/1"]
    assert await store.read("used/1") == b"1"
    await store.delete("used/1")


@pytest.mark.parametrize("right", re.findall(r"s3:\w+", RIGHTS))
async def test_rights(s3: S3, monkeypatch: pytest.MonkeyPatch, right: str) -> None:
    """The named rights suffice, and each of them is needed."""
    for name, value in s3.environment().items():
        monkeypatch.setenv(name, value)
    await everything(EvidenceStore.open(URL, create=True))
    for name, value in s3.environment(RIGHTS.replace(right, "s3:GetBucketTagging")).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StoreFailedError):
        await everything(EvidenceStore.open(URL, create=True))


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("s3://no-such-bucket/evidence", {}),
        (URL, {"AWS_SECRET_ACCESS_KEY": "no-such-secret"}),
        (URL, {"AWS_ACCESS_KEY_ID": "no-such-key"}),
        (URL, {"AWS_ENDPOINT": "http://127.0.0.1:1"}),
    ],
)
async def test_unusable(s3: S3, tmp_path: Path, url: str, wrong: dict[str, str]) -> None:
    """A bucket that cannot be used is named in one line, in which nothing secret stands."""
    environment = {**s3.environment(), **wrong}
    listed = await run(tmp_path, "callbacks", STORE_URL=url, **environment)
    assert listed.code == 1
    assert re.fullmatch(r"number-orders: The evidence store failed \(\w+\): .*\n", listed.errors)
    assert not any(environment[name] in listed.errors for name in environment if "_KEY" in name)


@pytest.mark.parametrize(
    "operation",
    [
        lambda store: store.create("a", b""),
        lambda store: store.read("a"),
        lambda store: store.list("a"),
        lambda store: store.delete("a"),
    ],
)
async def test_silence(
    s3: S3,
    monkeypatch: pytest.MonkeyPatch,
    operation: Callable[[EvidenceStore], Awaitable[object]],
) -> None:
    """An operation that gets no answer is given up, and its connection closed."""
    closed = asyncio.Event()

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        closed.set()

    async with await asyncio.start_server(swallow, "127.0.0.1", 0) as server:
        address = "http://127.0.0.1:{1}".format(*server.sockets[0].getsockname())
        for name, value in {**s3.environment(), "AWS_ENDPOINT": address}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("number_orders.evidence.store._LIMIT_SECONDS", 0.2)
        with pytest.raises(StoreFailedError, match="did not answer within"):
            await operation(EvidenceStore.open(URL, create=True))
        await closed.wait()
