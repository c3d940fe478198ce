"""Addresses in Temporal's Web UI."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from number_orders.runtime.web_ui import WebUi

WEB_UI = WebUi("https://temporal.example", "number-orders.a1b2c")
ODD = ["number-order:koeln-01:2", "a/b", "50% off?", "#1", 'a "b" (c)', "Köln", "..", "a&b=c+d"]


def test_order() -> None:
    """An order's page is named by its id, without a run."""
    workflows = "https://temporal.example/namespaces/number-orders.a1b2c/workflows"
    assert WEB_UI.order("number-order:koeln-01") == f"{workflows}/number-order%3Akoeln-01"


@pytest.mark.parametrize("odd", ODD)
def test_odd_ids(odd: str) -> None:
    """Whatever an id or a namespace holds is one part of the path, and none of it ends a link."""
    parts = urlsplit(WebUi("https://temporal.example", odd).order(odd))
    *_, namespace, _, workflow_id = parts.path.split("/")
    assert (unquote(namespace), unquote(workflow_id)) == (odd, odd)
    assert (parts.query, parts.fragment) == ("", "")
    assert not set("\"'() ") & set(parts.path)


@pytest.mark.parametrize("odd", ODD)
def test_query(odd: str) -> None:
    """A list's query arrives as it is, and nothing of it ends a link."""
    address = WEB_UI.orders(f"BatchId = '{odd}'")
    assert parse_qs(urlsplit(address).query) == {"query": [f"BatchId = '{odd}'"]}
    assert not set("\"'() ") & set(address)


def test_prefix() -> None:
    """A Web UI below a path keeps its path."""
    there = WebUi.of("https://tools.example/temporal", "default")
    assert there is not None
    assert there.order("a") == "https://tools.example/temporal/namespaces/default/workflows/a"


def test_without_an_address() -> None:
    """Where nobody knows the Web UI there is none to link to."""
    assert WebUi.of(None, "default") is None
