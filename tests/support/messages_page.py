"""What docs/messages.md shows, and the schemas to hold it against."""

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel

from number_orders.workflows.messages import Cancellation, Correction, Decision, Resolution
from number_orders.workflows.models import NumberOrderInput
from number_orders.workflows.results import NumberOrderResult, OrderSnapshot
from tests.support.message_schemas import MESSAGES, schema

PAGE = (Path(__file__).parents[2] / "docs" / "messages.md").read_text()
TAKEN = (NumberOrderInput, Decision, Correction, Resolution, Cancellation)
"""What the workflow takes."""

_IN_ITS_ORDER = (
    NumberOrderInput,
    OrderSnapshot,
    Decision,
    Correction,
    Resolution,
    Cancellation,
    NumberOrderResult,
)
EXAMPLES: dict[type[BaseModel], dict[str, Any]] = dict(
    zip(
        _IN_ITS_ORDER,
        [json.loads(one) for one in re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)],
        strict=True,
    )
)

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("duration")
def _is_duration(value: object) -> bool:
    return not isinstance(value, str) or bool(re.fullmatch(r"P(\d+D)?(T\d+[HMS])?", value))


VALIDATORS = {
    message: Draft202012Validator(schema(message), format_checker=_FORMATS) for message in MESSAGES
}
