"""The sandbox behaves as the vendor's pages say, for any HTTP client."""

import base64
import html
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import phonenumbers
import pytest

from number_orders.sandbox.app import create_app
from tests.conftest import serving
from tests.support.order_driver import PDF
from tests.support.until import until

ADDRESS = {
    "country": "Germany",
    "city": "Köln",
    "zip": "50667",
    "street": "Domkloster",
    "house_number": "4",
}
VERIFICATION = {
    **ADDRESS,
    "access_key": "k",
    "area_code": "221",
    "document_type": "CONTRACT",
    "document_data": base64.b64encode(PDF).decode(),
}
ORDER = {"access_key": "k", "number_type": "GEOGRAPHICAL"}


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(access_keys=frozenset({"k"}), state_file=None, auto_seconds=None)
    async with serving(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client


async def approved(http: httpx.AsyncClient, **changes: str | None) -> str:
    created = await http.post("/verification/create", json=VERIFICATION | changes)
    verification_id = created.json()["verification_id"]
    await http.post(f"/_sandbox/verifications/{verification_id}/approve")
    return str(verification_id)


@pytest.mark.parametrize("field", [*ADDRESS, "area_code", "document_type", "document_data"])
@pytest.mark.parametrize("value", [None, ""])
async def test_verification_needs_each_field(
    http: httpx.AsyncClient, field: str, value: object
) -> None:
    """A verification without one of its fields is refused, and the field is named."""
    answer = await http.post("/verification/create", json={**VERIFICATION, field: value})
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "FIELD_IS_REQUIRED"
    assert answer.json()["fields"] == [field]


@pytest.mark.parametrize("field", [*ADDRESS, "area_code", "document_type", "document_data"])
@pytest.mark.parametrize("value", [True, [], {"a": 1}])
async def test_verification_needs_texts(http: httpx.AsyncClient, field: str, value: object) -> None:
    """What is neither a text nor a number is no value for any field."""
    answer = await http.post("/verification/create", json={**VERIFICATION, field: value})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_VALUE")
    assert answer.json()["fields"] == [field]


@pytest.mark.parametrize(
    "changes",
    [
        *({"zip": 50667}, {"zip": 50667.0, "house_number": 4, "area_code": 221}),
        {"document_data": base64.encodebytes(PDF).decode()},
        {"document_data": base64.b64encode(PDF).decode() + "\n"},
        {"document_data": base64.b64encode(PDF).decode().rstrip("=")},
        {"document_data": base64.b64encode(b"\xef\xbb\xbf" + PDF).decode()},
    ],
)
async def test_what_samples_send(http: httpx.AsyncClient, changes: dict[str, object]) -> None:
    """Numbers for texts, and base64 as common tools write it, are taken."""
    answer = await http.post("/verification/create", json={**VERIFICATION, **changes})
    assert answer.status_code == 200
    [verification] = (await http.get("/_sandbox/verifications")).json()
    assert verification["area_code"] == "221"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("area_code", "0221"),
        ("area_code", "999"),
        ("document_type", "SELFIE"),
        ("document_data", "no base64!"),
        ("document_data", base64.b64encode(b"PK").decode()),
    ],
)
async def test_verification_checks_values(http: httpx.AsyncClient, field: str, value: str) -> None:
    """A verification with a wrong value is refused, and the field is named."""
    answer = await http.post("/verification/create", json={**VERIFICATION, field: value})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_VALUE")
    assert answer.json()["fields"] == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"verification_id": "unknown"}, "verification_id"),
        ({"number_type": "MOBILE"}, "number_type"),
        ({"link_to_number": "0221 1"}, "link_to_number"),
        ({"push_url": "http://x"}, "push_secret"),
        ({"push_url": "http://x", "push_secret": "s" * 65}, "push_secret"),
        ({"push_url": "nowhere", "push_secret": "s"}, "push_url"),
    ],
)
async def test_order_checks_values(
    http: httpx.AsyncClient, changes: dict[str, str], field: str
) -> None:
    """An order with a missing or wrong value is refused, and the field is named."""
    order = {**ORDER, "verification_id": await approved(http), **changes}
    answer = await http.post("/number/order", json=order)
    assert answer.status_code == 400
    assert answer.json()["fields"] == [field]


async def test_order_needs_approval(http: httpx.AsyncClient) -> None:
    """A number can be ordered only once a person approved the verification."""
    created = (await http.post("/verification/create", json=VERIFICATION)).json()
    answer = await http.post("/number/order", json=ORDER | created)
    assert (answer.status_code, answer.json()["fields"]) == (400, ["verification_id"])
    await http.post(f"/_sandbox/verifications/{created['verification_id']}/reject")
    assert (await http.post("/number/order", json=ORDER | created)).status_code == 400


@pytest.mark.parametrize("area_code", ["221", "30", "89", "33701"])
async def test_number_is_from_the_area(http: httpx.AsyncClient, area_code: str) -> None:
    """The number is a valid German one with the verification's area code."""
    verification_id = await approved(http, area_code=area_code)
    await http.post("/number/order", json={**ORDER, "verification_id": verification_id})
    [order] = (await http.get("/_sandbox/orders")).json()
    number = phonenumbers.parse(order["phone_number"])
    assert order["phone_number"].startswith(f"+49{area_code}")
    assert phonenumbers.is_valid_number(number)


@pytest.mark.parametrize(
    ("country", "area_code", "beginning", "region"),
    [
        ("Austria", "1", "+431", "AT"),
        ("Austria", "5572", "+435572", "AT"),
        ("Italy", "02", "+3902", "IT"),
        ("Spain", None, "+34", "ES"),
        ("Denmark", None, "+45", "DK"),
        ("Guernsey", "1481", "+441481", "GG"),
        ("Guernsey", None, "+44", "GG"),
        ("Kazakhstan", "727", "+7727", "KZ"),
        ("Italy", "999", "+39999", None),
    ],
)
async def test_number_is_from_the_country(
    http: httpx.AsyncClient, country: str, area_code: str | None, beginning: str, region: str | None
) -> None:
    """Abroad, too, numbers are the area's, another one for each order, and valid if they can be."""
    verification_id = await approved(http, country=country, area_code=area_code)
    for _ in range(2):
        await http.post("/number/order", json={**ORDER, "verification_id": verification_id})
    [first, second] = [
        order["phone_number"] for order in (await http.get("/_sandbox/orders")).json()
    ]
    assert first != second
    for number in (first, second):
        assert number.startswith(beginning)
        parsed = phonenumbers.parse(number)
        assert region is None or phonenumbers.is_valid_number_for_region(parsed, region)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "DE"}, "country"),
        ({"country": "Deutschland"}, "country"),
        ({"country": "Austria", "area_code": "x"}, "area_code"),
        ({"country": "Austria", "area_code": "1234567"}, "area_code"),
    ],
)
async def test_country(http: httpx.AsyncClient, changes: dict[str, str], field: str) -> None:
    """A country has its English name; abroad an area code has the form of one."""
    answer = await http.post("/verification/create", json={**VERIFICATION, **changes})
    assert (answer.status_code, answer.json()["fields"]) == (400, [field])


@pytest.mark.parametrize("key", ["wrong", "", None, 5, True, ["k"], {"k": 1}])
async def test_wrong_key(http: httpx.AsyncClient, key: object) -> None:
    """A wrong key is refused with 403 and the vendor's code."""
    answer = await http.post("/verification/create", json={**VERIFICATION, "access_key": key})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "BAD_CREDENTIALS")


@pytest.mark.parametrize(("method", "path"), [("POST", "/number/status"), ("GET", "/number/order")])
async def test_unknown_path(http: httpx.AsyncClient, method: str, path: str) -> None:
    """An unknown method of the API is a 404 with the vendor's error body."""
    answer = await http.request(method, path)
    assert answer.status_code == 404
    assert answer.json().keys() == {"error_code", "error_message", "fields"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
async def test_not_json(http: httpx.AsyncClient, body: bytes) -> None:
    """A body that is no JSON object is a 400."""
    assert (await http.post("/number/order", content=body)).status_code == 400


async def test_ledger(http: httpx.AsyncClient) -> None:
    """The ledger shows what came and what was answered, but neither key nor document."""
    await http.post("/verification/create", json=VERIFICATION)
    [entry] = (await http.get("/_sandbox/ledger")).json()
    assert (entry["path"], entry["status"]) == ("/verification/create", 200)
    assert entry["body"]["zip"] == "50667"
    assert "access_key" not in entry["body"]
    assert VERIFICATION["document_data"] not in str(entry)


async def test_decision_has_its_time(http: httpx.AsyncClient) -> None:
    """The first decision of the service team stands, and so does the time at which it was made."""
    created = (await http.post("/verification/create", json=VERIFICATION)).json()
    [undecided] = (await http.get("/_sandbox/verifications")).json()
    path = f"/_sandbox/verifications/{created['verification_id']}"
    await http.post(f"{path}/approve")
    [decided] = (await http.get("/_sandbox/verifications")).json()
    await http.post(f"{path}/reject")
    [later] = (await http.get("/_sandbox/verifications")).json()
    assert undecided["decided"] is None
    assert decided["created"] <= decided["decided"] == later["decided"] <= time.time()


async def test_page(http: httpx.AsyncClient) -> None:
    """A person can approve on the page, and is led back to it."""
    await http.post("/verification/create", json=VERIFICATION)
    page = await http.get("/_sandbox/")
    action = page.text.split('action="')[1].split('"')[0]
    answer = await http.post(action, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/_sandbox/")
    [verification] = (await http.get("/_sandbox/verifications")).json()
    assert verification["decision"] == "approved"


async def test_page_shows_everything(http: httpx.AsyncClient) -> None:
    """However many orders there are, each is on a page, with its button, and leads back there."""
    for _ in range(201):
        await http.post("/verification/create", json=VERIFICATION)
    rows = (await http.get("/_sandbox/verifications")).json()
    shown = ""
    query: str | None = ""
    while query is not None:
        page = (await http.get(f"/_sandbox/?{query}")).text
        shown += page.split("<h2>Orders</h2>")[0]
        older = re.search(r'href="/_sandbox/\?([^"]*)">older', page.split("<h2>Orders</h2>")[0])
        query = html.unescape(older[1]) if older else None
    assert "Page 3 of 3" in shown
    assert [row["id"] for row in rows if f"/{row['id']}/approve" not in shown] == []
    answer = await http.post(
        f"/_sandbox/verifications/{rows[0]['id']}/approve",
        headers={"Accept": "text/html", "Referer": f"{http.base_url}_sandbox/?verifications=3"},
    )
    assert answer.headers["location"] == "/_sandbox/?verifications=3"


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "99", "\u0663"])
async def test_page_that_is_not_there(http: httpx.AsyncClient, page: str) -> None:
    """A page that does not exist is answered with one that does."""
    await http.post("/verification/create", json=VERIFICATION)
    answer = await http.get("/_sandbox/", params={"verifications": page})
    assert "Köln" in answer.text


async def test_unknown_behaviour(http: httpx.AsyncClient) -> None:
    """A misspelt behaviour is refused instead of silently ignored."""
    answer = await http.post("/_sandbox/behaviours", json={"path": "/number/order", "latncy": 1})
    assert answer.status_code == 422


async def test_automatic_mode() -> None:
    """In automatic mode the sandbox approves and completes by itself."""
    app = create_app(access_keys=frozenset({"k"}), state_file=None, auto_seconds=0.1)
    async with serving(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        created = (await http.post("/verification/create", json=VERIFICATION)).json()
        await _until_all_have(http, "verifications", "decision")
        await http.post("/number/order", json=ORDER | created)
        await _until_all_have(http, "orders", "completed")


async def _until_all_have(http: httpx.AsyncClient, table: str, column: str) -> None:
    async def have_it() -> None:
        rows = (await http.get(f"/_sandbox/{table}")).json()
        assert [row for row in rows if not row[column]] == []

    await until(have_it)


async def test_state_survives_a_restart(tmp_path: Path) -> None:
    """With a state file, a restarted sandbox knows its verifications."""

    def app() -> Any:
        return create_app(
            access_keys=frozenset({"k"}), state_file=str(tmp_path / "state"), auto_seconds=None
        )

    async with serving(app()) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        verification_id = await approved(http)
    async with serving(app()) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        order = {**ORDER, "verification_id": verification_id}
        assert (await http.post("/number/order", json=order)).status_code == 200
