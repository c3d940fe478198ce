"""The JSON schemas of docs/messages, made from the models: `make messages`.

A schema says what the workflow takes, which for an input is more than starters do. Descriptions are
the models' docstrings. Pydantic could take them itself (`use_attribute_docstrings`), but would read
the source of its classes in every command.
"""

import ast
import inspect
import json
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from number_orders.workflows.messages import Cancellation, Correction, Decision, Resolution
from number_orders.workflows.models import NumberOrderInput
from number_orders.workflows.results import NumberOrderResult, OrderSnapshot

FOLDER = Path(__file__).parents[2] / "docs" / "messages"

_Field = core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField


class _Schema(GenerateJsonSchema):
    """As Pydantic's, with the fields' docstrings in place of titles."""

    refuses_unknown_fields: ClassVar[bool]

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 -- Pydantic's
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        for name, description in _field_docstrings(schema["cls"]).items():
            made["properties"][name]["description"] = description
        made.pop("additionalProperties", None)
        if self.refuses_unknown_fields:
            made["additionalProperties"] = False
        return made


class _Input(_Schema):
    """What the workflow decodes from its history: it ignores what it does not know."""

    refuses_unknown_fields = False


class _Command(_Schema):
    """What is refused if it has a field that nobody knows: a person may have mistyped it."""

    refuses_unknown_fields = True

    # By its kind a finding is told from the others, although Python fills it in.

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if _is_kind(schema):
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def field_is_required(self, field: _Field, total: bool) -> bool:
        return super().field_is_required(field, total) or _is_kind(field["schema"])


class _Answer(_Schema):
    """What the workflow says: nothing that is `None`, and everything else."""

    refuses_unknown_fields = False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_is_required(self, field: _Field, total: bool) -> bool:  # noqa: ARG002 -- Pydantic's
        inner = field["schema"]
        may_be_none = inner["type"] == "default" and inner["schema"]["type"] == "nullable"
        return not may_be_none


_KINDS: dict[type[BaseModel], type[_Schema]] = {
    NumberOrderInput: _Input,
    Decision: _Command,
    Correction: _Command,
    Resolution: _Command,
    Cancellation: _Command,
    OrderSnapshot: _Answer,
    NumberOrderResult: _Answer,
}
MESSAGES = tuple(_KINDS)


def schema(message: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a message."""
    kind = _KINDS[message]
    made = message.model_json_schema(
        mode="serialization" if kind is _Answer else "validation", schema_generator=kind
    )
    return {"$schema": kind.schema_dialect, **made}


def file(message: type[BaseModel]) -> Path:
    """Where a message's schema stands."""
    return FOLDER / f"{message.__name__}.schema.json"


def written(message: type[BaseModel]) -> str:
    """A message's schema as its file has it."""
    return json.dumps(schema(message), indent=2, ensure_ascii=False) + "\n"


def _is_kind(schema: core_schema.CoreSchema) -> bool:
    return schema["type"] == "default" and bool(schema["schema"]["type"] == "literal")


def _field_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """What stands below the fields of a model."""
    [definition] = ast.parse(inspect.getsource(model)).body
    assert isinstance(definition, ast.ClassDef)
    found = {}
    for field, below in pairwise(definition.body):
        if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr):
            assert isinstance(field.target, ast.Name)
            assert isinstance(below.value, ast.Constant)
            text = inspect.cleandoc(str(below.value.value))
            found[field.target.id] = text.replace("\n", " ")
    return found


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for message in MESSAGES:
        file(message).write_text(written(message))
