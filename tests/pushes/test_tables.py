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
        *({"order": {key: "99999"}} for key in ("guid", "uid", "uuid", "code", "identifier")),
        {"order": {"id": {"value": "99999"}}},
        {"order": {"reference": {"number": ["99999"]}}},
        {"order": {"meta": {"id": "99999"}}},
        {"purchase": {"id": "99999"}},
        {"orders": {"99999": {"status": "COMPLETED"}}},
        {"data": {"order": {"99999": "COMPLETED"}}},
        {"orderUid": "99999"},
        {"orderGuid": "99999"},
        {"numberOrder.identifier": "99999"},
        {"order": "https://api.example/v1/orders/99999?expand=all"},
        {"customerOrderNumber": "99999"},
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
        {"order_success": False},
        {"numberActive": "no"},
        {"orderComplete": 0},
        {"requestSuccessful": False},
        {"approved": False},
        {"numberProvisioned": "false"},
        {"available": None},
        {"assigned": False},
        {"softwareDelivered": False},
        {"successFlag": False},
        {"success": {"value": False}},
        {"success": {"reached": False}},
        {"success": {"value": {"value": "no"}}},
        {"inactive": True},
        {"incomplete": True},
        {"notCompleted": True},
        {"pending": True},
        {"isPending": True},
        {"hasBeenClosed": "yes"},
        {"orderUncompleted": True},
        {"catalogInactive": True},
        {"closed": True},
        {"removed": True},
        {"kündigung": "2026-11-25"},
        {"kuendigung": True},
        {"abgebrochen": True},
        {"response": {"code": 500}},
        {"data": {"code": 17}},
        {"state": {"response": {"code": 3}}},
        {"code": {"value": 7}},
        {"responseCode": 404},
        {"returnCode": -1},
        {"httpCode": 500},
        {"statusId": 3},
        {"status": {"value": {"code": 17}}},
        {"status": {"code": "PENDING"}},
        {"resultMessage": "No numbers left"},
        {"statusDescription": "Keine Rufnummer frei"},
        {"xRemarks": "Nothing was done"},
        {"customerHint": "We can't do it"},
        {"summary": "We won\u2019t do it"},
        {"message": "It doesn&#39;t work"},
        {"description": "It hasn\u00b4t begun"},
        {"helptext": "niemals"},
        {"orderInfo": "keinerlei Nummern"},
        {"message": {"en": "No numbers left"}},
        {"response": "no number available"},
        {"message": "Not completed: order no. 1001"},
        {"message": "It was not completed without errors"},
        {"message": "No errors left to report"},
        {"text": "No action was taken"},
        {"type": "WEBHOOK_ACTIVATED"},
        {"account": {"status": "suspended"}},
        {"customer": {"active": False}},
        {"x": {"type": "NUMBER_ORDER_WAITING"}},
        {"oldStatus": "unheard of"},
        {"requestAccepted": False},
        {"requestOk": False},
        {"emailConfirmed": False},
        {"possible": False},
        {"x": "fehl\u00adgeschlagen"},
        {"fromTenios": {"status": "waiting"}},
        {"oldenburg": {"status": "pending"}},
        {"customerOrderStatus": "ACCEPTED"},
        {"customer": {"order": {"status": "APPROVED"}}},
        {"account": {"order": {"type": "WAITING"}}},
        {"note": "Antrag zurückgewiesen"},
        {"info": "Nummer gesperrt"},
    ],
    ids=json.dumps,
)
def test_failure(members: dict[str, Any]) -> None:
    """What no table knows to be good is an objection, whatever its key is called exactly."""
    assert _read(**members, orderId="1001", phoneNumber=NUMBER).objection is not None


@pytest.mark.parametrize(
    "said",
    [
        *("number deleted", "deactivated", "insufficient funds", "documents missing", "duplicate"),
        *("A problem", "Order on hold", "ON_HOLD", "Storno", "Stornierung", "gelöscht"),
        *("Antrag fehlerhaft", "Unterlagen fehlen", "es fehlt etwas", "no problem numbers"),
    ],
)
def test_failure_in_any_text(said: str) -> None:
    """A word for failure is an objection, whatever its key is called."""
    assert "failure" in str(_read(x=said, status="COMPLETED", phoneNumber=NUMBER).objection)


@pytest.mark.parametrize(
    "member", [{"number": {"value": "9999999"}}, {"data": {"number": "9999999"}}], ids=json.dumps
)
def test_an_orders_number_is_no_phone_number(member: dict[str, Any]) -> None:
    """What an order calls its number is its id, also with something between them."""
    reading = _read(order=member)
    assert (reading.order_ids, reading.phone_numbers) == (("9999999",), ())


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
