"""`number-orders document put`: a document for a program that has no access to the store."""

import json
from pathlib import Path

import pytest

from number_orders.evidence.store import EvidenceStore
from number_orders.workflows.models import DocumentReference, DocumentType
from tests.support.command import run
from tests.support.order_driver import PDF


async def test_put(tmp_path: Path, store: EvidenceStore, store_url: str) -> None:
    """The document is in the store, without what a scanner put before it, and has its reference."""
    identity = await store.identity()
    (tmp_path / "proof.pdf").write_bytes(b"from the scanner\n" + PDF)
    for _ in range(2):
        ended = await run(
            tmp_path, "document", "put", "proof.pdf", "--type", "CONTRACT", STORE_URL=store_url
        )
        assert (ended.code, ended.errors) == (0, "")
        put = json.loads(ended.output)
        reference = DocumentReference.model_validate(put["document"])
        assert put == {"document": reference.model_dump(), "store_id": identity}
        assert reference.type is DocumentType.CONTRACT
        assert await store.document(reference.sha256) == PDF


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "proof.pdf cannot be read (No such file or directory)"),
        (b"{\\rtf nothing", "proof.pdf is not a PDF but an RTF text; TENIOS takes nothing else"),
        (b"%PDF-1.7 nothing", "proof.pdf is damaged, encrypted or without a page"),
    ],
)
async def test_no_document(
    tmp_path: Path, store_url: str, content: bytes | None, says: str
) -> None:
    """What nobody could open is refused in one line, as `start` refuses it."""
    if content is not None:
        (tmp_path / "proof.pdf").write_bytes(content)
    ended = await run(
        tmp_path, "document", "put", "proof.pdf", "--type", "CONTRACT", STORE_URL=store_url
    )
    assert (ended.code, ended.output, ended.errors.count("\n")) == (2, "", 1)
    assert says in ended.errors


async def test_no_store(tmp_path: Path) -> None:
    """A mistyped address is no new store, in which no worker would find the document."""
    (tmp_path / "proof.pdf").write_bytes(PDF)
    ended = await run(tmp_path, "document", "put", "proof.pdf", "--type", "CONTRACT")
    assert (ended.code, ended.output, ended.errors.count("\n")) == (2, "", 1)
    assert "STORE_URL: there is no folder" in ended.errors
    assert not (tmp_path / "var").exists()
