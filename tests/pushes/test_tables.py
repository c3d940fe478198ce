"""Keys and holders in no exact table: what an attacker, or another vendor, would write."""

import json
from typing import Any

import pytest

from number_orders.pushes.fields import DEEPEST
from number_orders.pushes.reading import read

NUMBER = "+492215550000"


def _read(**members: Any) -> Any:
    return read(json.dumps(members).encode())


@pytest.mark.parametrize(
    "members",
    [
        {"orderIds": ["99999"]},
        {"order_ids": [99999]},
        {"orderIdentifier": "99999"},
        {"bestellnr": "99999"},
        {"purchase_id": "99999"},
        {"order": {"data": {"id": "99999"}}},
        {"data": {"order": {"attributes": {"id": "99999"}}}},
        {"externalOrder": {"id": "99999"}},
        {"numberOrderResponse": {"id": 99999}},
        {"items": [{"id": "99999"}]},
        {"resource": {"id": "99999"}},
    ],
    ids=json.dumps,
)
def test_order_id(members: dict[str, Any]) -> None:
    """An order's id is seen wherever an order's key or a wrapper holds it."""
    assert _read(**members, phoneNumber=NUMBER).order_ids == ("99999",)


@pytest.mark.parametrize(
    "members",
    [
        {"processingStatus": "PENDING"},
        {"provisioningStatus": "BLOCKED"},
        {"numberState": "reserved"},
        {"httpStatus": 500},
        {"code": 500},
        {"phase": "QUEUED"},
        {"reasonCode": "E7"},
        {"isCompleted": False},
        {"isActive": False},
        {"orderCompleted": False},
        {"accepted": False},
        {"blocked": True},
        {"suspended": True},
        {"err": "none left"},
        {"errCode": 7},
        {"fault": "x"},
        {"nok": True},
        {"note": "Antrag zurückgewiesen"},
        {"info": "Nummer gesperrt"},
    ],
    ids=json.dumps,
)
def test_failure(members: dict[str, Any]) -> None:
    """What no table knows to be good is an objection, whatever its key is called exactly."""
    assert _read(**members, orderId="1001", phoneNumber=NUMBER).objection is not None


@pytest.mark.parametrize(
    "holder",
    ["contactPerson", "ansprechpartner", "kunde", "owner", "address", "location", "creator", "x"],
)
def test_somebody_elses_number(holder: str) -> None:
    """A number in an object that is in no table may be anybody's, and is not read."""
    reading = _read(orderId="1001", status="COMPLETED", **{holder: {"phone": NUMBER}})
    assert (reading.phone_numbers, reading.objection, reading.success) == ((), None, True)


@pytest.mark.parametrize("default", [True, "yes"])
def test_a_default_is_no_fault(default: object) -> None:
    """A key that only looks like a failure is none."""
    assert _read(default=default, phoneNumber=NUMBER).objection is None


def test_key_of_many_parts() -> None:
    """A key with more parts than objects may be nested is as deep as those, and as bounded."""
    reading = _read(**{".".join("a" * 30_000): ["x"] * 490})
    assert str(DEEPEST) in str(reading.objection)
