"""How the sandbox shall behave in its next calls, instead of well."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class PushBehaviour(BaseModel):
    """How an order's push is made. The default is the assumed form: JSON with the secret in it."""

    model_config = ConfigDict(extra="forbid")

    times: Annotated[int, Field(ge=0, le=10)] = 1
    """0: the push never comes; 2: it comes twice."""
    delay_seconds: Annotated[float, Field(ge=0)] = 0
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
    times: Annotated[int, Field(ge=1)] = 1
    """For how many calls this holds."""
    verification_id: str | None = None
    """Only for calls about this verification; without it, for whichever comes next."""
    latency_seconds: Annotated[float, Field(ge=0)] = 0
    """Before anything is done with the call."""
    answer_latency_seconds: Annotated[float, Field(ge=0)] = 0
    """Between taking the call and answering it."""
    refuse_status: Annotated[int, Field(ge=400, le=599)] | None = None
    """Answer with this status and do nothing."""
    refuse_code: str = ""
    """The `error_code` that goes with it; empty for a body that is not JSON."""
    after_accepting: Literal["answer", "hang", "close", "fail", "garbage"] = "answer"
    """Take the call, then: answer, never answer, cut the connection, answer 500 or nonsense."""
    push: PushBehaviour = PushBehaviour()
