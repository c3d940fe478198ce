"""What Pydantic finds wrong with a value, in this project's words."""

from pydantic_core import ErrorDetails

from number_orders.workflows.area_codes import FORM_OF_AREA_CODE

DURATION = "expected a duration such as PT24H or P2D"
_ID = "expected letters, digits, . _ -, at most 64, with a letter or digit first"
_OBJECT = 'expected an object, such as {{"name": "value"}}'
_WHOLE_NUMBER = "expected a whole number"
_NUMBER = "expected a phone number, such as +49221123456 or 0221 123456"
_GIVEN_BY_TENIOS = "takes no blanks and no letters beyond ASCII, and at most 100 characters"
_MESSAGES = {
    "bool_type": "expected true or false, without quotes",
    "enum": "expected {expected}",
    "extra_forbidden": "there is no such field",
    "finite_number": _WHOLE_NUMBER,
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected at least {ge}",
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": "is too large a number",
    "int_type": _WHOLE_NUMBER,
    "less_than_equal": "expected at most {le}",
    "missing": "is missing",
    "model_attributes_type": _OBJECT,
    "model_type": _OBJECT,
    "string_too_long": "has more than {max_length} characters",
    "string_too_short": "is empty",
    "string_type": "expected text in quotes",
    "string_unicode": "holds bytes that are no text; save or type it as UTF-8",
    "time_delta_parsing": DURATION,
    "time_delta_type": DURATION,
    "union_tag_invalid": "expected {expected_tags} as its {discriminator}",
    "union_tag_not_found": "has no {discriminator}",
}

_TEXTS = {
    "area_code": "221",
    "city": "Köln",
    "house_number": "4",
    "link_to_number": "+49221123456",
    "phone_number": "+49221123456",
    "zip": "50667",
}
"""What the fields hold that people write as a number, or without quotes."""

_PATTERNS = {
    "area_code": FORM_OF_AREA_CODE,
    "batch_id": _ID,
    "location_id": _ID,
    "calling_code": "expected one to three digits, such as 49 for Germany",
    "country": "expected the code of ISO 3166-1 in two capital letters, such as DE",
    "link_to_number": _NUMBER,
    "order_id": _GIVEN_BY_TENIOS,
    "phone_number": _NUMBER,
    "sha256": "expected the SHA-256 of the document's bytes, in 64 hexadecimal digits",
    "trunk_prefix": "expected at most two digits, such as 0 for Germany",
    "verification_id": _GIVEN_BY_TENIOS,
}
"""What the fields look like that have a pattern."""


def message(problem: ErrorDetails) -> str:
    """What is wrong and what is expected, without the field and without its value."""
    field = str(problem["loc"][-1]) if problem["loc"] else ""
    if problem["type"] == "string_pattern_mismatch":
        # A field that nobody described here must not raise: this runs in workflow tasks, too.
        return _PATTERNS.get(field, problem["msg"])
    if problem["type"] == "string_type" and field in _TEXTS:
        return f'{_MESSAGES["string_type"]}, such as "{field}": "{_TEXTS[field]}"'
    told = _MESSAGES.get(problem["type"])
    return told.format(**problem.get("ctx", {})) if told else problem["msg"]
