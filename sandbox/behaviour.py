"""How the sandbox shall behave in its next calls, instead of well."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0, le=86_400)]

AnswerForm = Literal[
    "plain",
    "bom",
    "latin1",
    "utf16",
    "notice",
    "comment",
    "encoding",
    "nested",
    "camel",
    "text",
    "float",
    "html",
    "empty",
]
"""How an answer, a success as well as an error, is written:

`bom`: with a byte order mark; `latin1`, `utf16`: in this charset, which is declared; `notice`: with
PHP's words before it; `comment`: with one behind it; `encoding`: with a charset in
`Content-Encoding`; `nested`: within `data`, an error within `error`; `camel`: `verificationID`;
`text`: numbers and booleans as texts; `float`: numbers as 12.0; `html`, `empty`: with the same
status, but not to be read.
"""


class PushBehaviour(BaseModel):
    """How an order's push is made. The default is the assumed form: JSON with the secret in it."""

    model_config = ConfigDict(extra="forbid")

    times: Annotated[int, Field(ge=0, le=10)] = 1
    """0: the push never comes; 2: it comes twice."""
    delay_seconds: Seconds = 0
    before_answer: bool = False
    """Complete and push before the order call is answered."""
    form: Literal["snake", "camel", "form"] = "snake"
    secret_in: Literal["body", "header", "query", "absent"] = "body"
    override: dict[str, str | int | bool | None] = {}
    """Fields set in the body, or removed by null: another order id, a status, no number."""


class Behaviour(BaseModel):
    """What the next calls of a path get."""

    model_config = ConfigDict(extra="forbid")

    path: Literal["/verification/create", "/number/order", "/number/cancel"]
    times: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """For how many calls this holds."""
    verification_id: str | None = None
    """Only for calls about this verification; without it, for whichever comes next."""
    latency_seconds: Seconds = 0
    """Before anything is done with the call."""
    answer_latency_seconds: Seconds = 0
    """Between taking the call and answering it."""
    refuse_status: Annotated[int, Field(ge=200, le=599)] | None = None
    """Answer with this status and do nothing."""
    refuse_code: str = ""
    """The `error_code` that goes with it; empty for a body that is not JSON."""
    refuse_message: str = "As told"
    refuse_fields: list[str] = []
    repeat_request: bool = False
    """Let an error's message repeat the whole request, with its key."""
    success_flag: Literal["absent", "boolean", "text"] = "absent"
    """Whether an error has `"success": false` too, or `"false"`."""
    wrong_key_as: Literal["403", "400"] = "403"
    """How a wrong key is refused: 403 that names the field, or 400 with no fields."""
    missing_field_as: Literal["FIELD_IS_REQUIRED", "INVALID_JSON", "INVALID_FIELD"] = (
        "FIELD_IS_REQUIRED"
    )
    """The code for a field that is missing or empty."""
    wrong_verification_as: Literal["INVALID_VALUE", "BAD_CREDENTIALS"] = "INVALID_VALUE"
    """The code for an order whose verification does not exist or is not approved. The second comes
    with no fields, as for a wrong key."""
    answer_form: AnswerForm = "plain"
    without_id: bool = False
    """`/verification/create` answers without the id, which the service team names later."""
    same_verification_id: str | None = None
    """`/verification/create` gives this id again, and the check begins anew."""
    after_accepting: Literal["answer", "hang", "close", "fail", "garbage"] = "answer"
    """Take the call, then: answer, never answer, cut the connection, answer 500 or nonsense."""
    push: PushBehaviour = PushBehaviour()
