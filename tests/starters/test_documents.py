"""Which documents are taken."""

import io
import logging
import os
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from number_orders.runtime.errors import UsageError
from number_orders.starters.documents import DOCUMENT_BYTES_AT_MOST, objection_to_document, read_pdf
from tests.support.order_driver import PDF

PART = b"--7f\r\nContent-Type: application/pdf\r\n\r\n"


def written(*, password: str | None = None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


@pytest.mark.parametrize("front", [b"\xef\xbb\xbf", PART, b"\n", b"x" * 1024, b""])
def test_what_stands_in_front(tmp_path: Path, front: bytes) -> None:
    """A PDF may begin within the first kilobyte, and is sent from there on."""
    (tmp_path / "proof.pdf").write_bytes(front + PDF)
    assert read_pdf(tmp_path / "proof.pdf") == PDF
    assert len(PdfReader(io.BytesIO(PDF)).pages) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not a PDF: it is empty; TENIOS takes nothing else"),
        (b"\x89PNG\r\n\x1a\n", "is not a PDF but a PNG image"),
        (b"\xff\xd8\xff\xe0", "is not a PDF but a JPEG image"),
        (b"PK\x03\x04", "is not a PDF but a ZIP archive or an office document"),
        (b"<!DOCTYPE html>", "is not a PDF but a web page"),
        (b"hello", "is not a PDF; TENIOS"),
        (b"x" * 1025 + PDF, "is not a PDF: 1025 bytes of something else stand in front of one"),
        (b"%PDF-1.7 nothing", "is damaged, encrypted or without a page"),
        (PDF[:100], "is damaged"),
        (written(password="a"), "is encrypted"),
        (written(pages=0), "without a page"),
        (PDF + b" " * DOCUMENT_BYTES_AT_MOST, "is larger than 10 MiB; scan it"),
    ],
    ids=range(12),
)
def test_refused_document(
    tmp_path: Path, content: bytes, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What a person at TENIOS could not open is refused with its path, and says what it is."""
    path = tmp_path / "proof.pdf"
    path.write_bytes(content)
    with caplog.at_level(logging.DEBUG), pytest.raises(UsageError) as refused:
        read_pdf(path)
    assert str(refused.value).startswith(f"{path} ")
    assert says in str(refused.value)
    assert caplog.records == []
    assert objection_to_document(content) is not None


def test_what_is_no_file(tmp_path: Path) -> None:
    """A folder, a pipe that nobody writes to and what is not there are named; nothing hangs."""
    os.mkfifo(tmp_path / "pipe")
    for name, says in [
        (".", "is a folder; name a file"),
        ("pipe", "is no file but a pipe or a device"),
        ("missing.pdf", "cannot be read (No such file or directory)"),
        ("proof.pdf/x", "cannot be read (No such file or directory)"),
    ]:
        with pytest.raises(UsageError) as refused:
            read_pdf(tmp_path / name)
        assert str(tmp_path / name) in str(refused.value)
        assert says in str(refused.value)
    with pytest.raises(UsageError, match="no path has such a character"):
        read_pdf(tmp_path / "a\0b")
