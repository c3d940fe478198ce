"""How what orders exchange is written."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import NoneType
from typing import get_args

import pytest
from pydantic import BaseModel

from number_orders import workflows
from number_orders.workflows.models import Model
from number_orders.workflows.payloads import DATA_CONVERTER
from tests.support.order_driver import order_input


def models() -> Iterator[type[BaseModel]]:
    """All that cross Temporal."""
    for module in pkgutil.iter_modules(workflows.__path__):
        importlib.import_module(f"number_orders.workflows.{module.name}")
    to_look_at = [Model]
    while to_look_at:
        model = to_look_at.pop()
        yield model
        to_look_at += model.__subclasses__()


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_what_may_be_none_may_be_missing(model: type[BaseModel]) -> None:
    """What is `None` is not written, and is read as `None`."""
    for name, field in model.model_fields.items():
        if NoneType in get_args(field.annotation):
            assert field.get_default() is None, f"{name} has to be `None` by default"
            assert not field.is_required(), f"{name} has to be `None` by default"


def test_none_is_not_written() -> None:
    """A history has no room for what is not given."""
    [payload] = DATA_CONVERTER.payload_converter.to_payloads([order_input("a")])

    assert b"null" not in payload.data
    assert b"link_to_number" not in payload.data
