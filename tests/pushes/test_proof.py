"""What proves nothing although it sounds good, and what is no objection although it sounds bad."""

import json
from typing import Any

import pytest

from number_orders.pushes.reading import read
from number_orders.workflows.push_judgement import PushReading

NUMBER = "+492215550000"


def _read(members: dict[str, Any]) -> PushReading:
    return read(json.dumps(members).encode())


@pytest.mark.parametrize(
    "members",
    [
        {"type": "ping", "account": {"status": "active"}},
        {"type": "ping", "status": "ok"},
        {"type": "ping", "id": 17},
        {"event": "test", "success": True},
        {"test": True, "status": "completed"},
        {"ping": True, "status": "ok"},
        {"customer": {"active": True}},
        {"customerActive": True},
        {"subscription": {"status": "active"}},
        {"accountStatus": "active"},
        {"verification": {"status": "APPROVED"}},
        {"paymentStatus": "PAID"},
        {"webhook": {"active": True}},
        {"termsAccepted": True},
        {"approved": True},
        {"oldStatus": "COMPLETED"},
        {"statusCode": 200},
        {"code": 0},
    ],
    ids=json.dumps,
)
def test_proves_nothing(members: dict[str, Any]) -> None:
    """Somebody else's success, a test's or a computer's is not the order's."""
    reading = _read(members)
    assert reading == PushReading(excerpt=reading.excerpt)


@pytest.mark.parametrize("said", [{"orderId": "1001"}, {"phoneNumber": NUMBER}], ids=json.dumps)
def test_a_test_about_an_order(said: dict[str, Any]) -> None:
    """A test that has an example in it completes nothing."""
    assert _read({"type": "test", **said}).objection


@pytest.mark.parametrize(
    "members",
    [
        {"message": "Order no. 1001 has been completed"},
        {"message": "Completed without errors."},
        {"description": "Your number is active. No action required."},
        {"note": "Please do not reply to this message"},
        {"address": {"state": "NW"}},
        {"federalState": "Bayern"},
        {"failover_number": "+4922155"},
        {"cancellationPeriod": "1 month"},
        {"cancellationUrl": "https://api.example/c"},
        {"cancellationTerms": {"months": 1}},
        {"kündigungsfrist": "1 Monat"},
        {"document": {"type": "PASSPORT"}},
        {"routing": {"type": "SIP"}},
        {"event": {"id": "evt_1", "version": 2}},
        {"type": "ORDER_STATUS_CHANGED"},
        {"type": "ORDER_UPDATE"},
        {"previousStatus": "PENDING"},
        {"oldStatus": "IN_PROGRESS"},
        {"status": {"from": "PENDING", "to": "COMPLETED"}},
        {"verification": {"status": "APPROVED"}},
        {"paymentStatus": "PAID"},
        {"statusCode": 200},
        {"responseCode": "200 OK"},
        {"code": 0},
        {"order": "https://api.example/v1/orders/1001"},
        {"customerOrderNumber": "A-7"},
        {"inactive": False, "pendingOrders": 0, "closedAt": None, "webhook": "https://api.example"},
    ],
    ids=json.dumps,
)
def test_ordinary_push(members: dict[str, Any]) -> None:
    """What may well stand beside a completed order holds nothing up."""
    reading = _read({"orderId": "1001", "state": "COMPLETED", "phoneNumber": NUMBER, **members})
    assert reading.objection is None
    assert (reading.order_ids, reading.phone_numbers) == (("1001",), (NUMBER,))
    assert reading.success


def test_a_change_alone() -> None:
    """That something changed is no success."""
    assert _read({"type": "ORDER_STATUS_CHANGED", "orderId": "1001"}).objection
