"""In whatever encoding and form a push comes, its body is read."""

import pytest

from number_orders.pushes.reading import read

COLOGNE = '{"city":"Köln \u2013 Süd","order_id":7,"status":"completed"}'
ENCODINGS: dict[str, tuple[bytes, str | None]] = {
    "UTF-8": (COLOGNE.encode(), None),
    "byte order mark": (COLOGNE.encode("utf-8-sig"), None),
    "Windows-1252": (COLOGNE.encode("cp1252"), None),
    "Windows-1252 declared as Latin-1": (
        COLOGNE.encode("cp1252"),
        "application/json; charset=ISO-8859-1",
    ),
    "Latin-2 declared": (COLOGNE.encode("cp1250"), 'application/json; charset="windows-1250"'),
    "declared as UTF-8 without being it": (
        COLOGNE.encode("cp1252"),
        "application/json; charset=utf-8",
    ),
    "UTF-16": (COLOGNE.encode("utf-16"), None),
    "UTF-16 without a mark": (COLOGNE.encode("utf-16-le"), None),
    "UTF-16 the other way": (COLOGNE.encode("utf-16-be"), None),
    "UTF-32": (COLOGNE.encode("utf-32"), None),
    "UTF-8 declared as UTF-16": (COLOGNE.encode(), "application/json; charset=utf-16"),
    "charset that nobody knows": (COLOGNE.encode(), "application/json; charset=x-unknown"),
    "charset that is none": (COLOGNE.encode(), "application/json; charset=zlib"),
    "form in Latin-1": (b"city=K%F6ln&order_id=7&status=completed", None),
    "form by its bytes": ("city=Köln&order_id=7&status=completed".encode("cp1252"), None),
    "multipart": (
        (
            b"--B\r\nContent-Disposition: form-data; name=order[id]\r\n\r\n7\r\n"
            b'--B\r\nContent-Disposition: form-data; name="status"\r\n\r\ncompleted\r\n--B--\r\n'
        ),
        "multipart/form-data; boundary=B",
    ),
    "multipart that nothing declares": (
        b'--B\nContent-Disposition: form-data; name="payload"; filename="p.json"\n'
        b"Content-Type: application/json; charset=utf-16\n\n"
        + COLOGNE.encode("utf-16")
        + b"\n--B--",
        None,
    ),
    "multipart in base64": (
        (
            b'--B\nContent-Disposition: form-data; name="p"\nContent-Transfer-Encoding: base64\n\n'
            b"eyJvcmRlcl9pZCI6Nywic3RhdHVzIjoiY29tcGxldGVkIn0=\n--B--"
        ),
        'multipart/form-data; boundary="B"',
    ),
    "multipart by name only": (COLOGNE.encode(), "multipart/form-data; boundary=B"),
}


@pytest.mark.parametrize("case", ENCODINGS)
def test_encodings(case: str) -> None:
    """A body is read in whatever encoding it comes, declared or not."""
    body, content_type = ENCODINGS[case]
    reading = read(body, content_type)
    assert (reading.order_ids, reading.success, reading.objection) == (("7",), True, None)


def test_failure_in_a_part() -> None:
    """A failure in a multipart body is an objection."""
    body = b'--B\r\nContent-Disposition: form-data; name="status"\r\n\r\nFAILED\r\n--B--'
    assert read(body, "multipart/form-data; boundary=B").objection


def test_latin_1_means_windows_1252() -> None:
    """A failure is read although its apostrophe is none in the charset that is declared."""
    body = b'{"message": "it can\x92t be done", "number": "+49221123456", "status": "completed"}'
    assert read(body, "application/json; charset=iso-8859-1").objection is not None
