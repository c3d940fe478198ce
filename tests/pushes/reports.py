"""What speaks against a push, and what does not: composed by rules, without the reader's table."""

from hypothesis import strategies as st

from tests.pushes.rendering import Pair, spelled

STATUS_KEYS = spelled(
    *("status", "order_status", "state", "result", "event", "type", "event_type", "request_type")
)
FAILURES = st.sampled_from(
    ["FAILED", "NUMBER_ORDER_REJECTED", "order.cancelled", "fehlgeschlagen", "completed: refused"]
)
UNKNOWN = st.text("abdfghijlvwyz", min_size=3, max_size=9) | st.sampled_from(
    ["pending", "in progress", "not completed", "incomplete", "COMPLETED?", "nok", "inactive"]
)

_BEFORE = st.sampled_from(["", "is_", "order_", "number_", "request_", "x_", "tenios_number_"])
_GOOD = st.sampled_from(
    [
        *("success", "successful", "completed", "complete", "active", "activated", "delivered"),
        *("fulfilled", "approved", "available", "assigned", "provisioned", "finished"),
    ]
)
_NO = st.sampled_from(["false", "0", "no", "", "x", "nein", False, None, 0])
_YES = st.sampled_from([True, "yes", "x", 1])
_CODES = st.integers(3, 199) | st.integers(300, 999) | st.integers(-9, -1)
_ENDINGS = st.sampled_from(
    ["message", "msg", "description", "text", "remark", "remarks", "hint", "summary", "info"]
)
_DENIALS = [
    *(
        f"it {verb}{sign}t be done"
        for verb in ("can", "won", "doesn", "hasn", "couldn", "shouldn")
        for sign in ("'", "\u2019", "&#39;")
    ),
    *("No numbers left", "nothing was done", "keine frei", "niemals", "keinerlei Nummern"),
]
_BAD_TEXTS = [
    *("Order on hold", "is missing", "a duplicate", "insufficient data", "deleted by us"),
    *("Storno", "gelöscht", "fehlerhaft", "etwas fehlt", "deactivated", "there is a problem"),
]


@st.composite
def _flags(draw: st.DrawFn) -> Pair:
    key = draw(spelled(draw(_BEFORE) + draw(_GOOD)))
    denied = draw(_NO)
    return key, draw(st.sampled_from([denied, [denied], {"value": denied}]))


@st.composite
def _inverted_flags(draw: st.DrawFn) -> Pair:
    bad = ["inactive", "incomplete", "pending", "closed", "removed", f"not_{draw(_GOOD)}"]
    return draw(spelled(draw(_BEFORE) + draw(st.sampled_from(bad)))), draw(_YES)


@st.composite
def _codes(draw: st.DrawFn) -> Pair:
    code = draw(_CODES)
    if draw(st.booleans()):
        key = draw(spelled("response_code", "return_code", "http_code", "status_code"))
        return key, draw(st.sampled_from([code, str(code), {"value": code}]))
    held = draw(st.sampled_from([{"code": code}, {"code": {"value": code}}, [{"code": str(code)}]]))
    return draw(spelled("response", "data", "status", "result", "payload")), held


@st.composite
def _denials(draw: st.DrawFn) -> Pair:
    key, denial = draw(spelled(draw(_BEFORE) + draw(_ENDINGS))), draw(st.sampled_from(_DENIALS))
    return key, draw(st.sampled_from([denial, [denial], {"en": denial}]))


@st.composite
def _others(draw: st.DrawFn) -> Pair:
    """What is no good news, though it is somebody else's."""
    key = draw(spelled("status", "order_status", "state", "active", "completed"))
    said = draw(st.sampled_from(["failed", "denied", "no", "unheard of"]))
    return draw(spelled("account", "customer", "trunk", "xq")), {key: said}


REPORTS = st.one_of(
    _flags(),
    _inverted_flags(),
    _codes(),
    _denials(),
    _others(),
    st.tuples(spelled("xq", "note", "text"), st.sampled_from(_BAD_TEXTS)),
    st.tuples(STATUS_KEYS, FAILURES),
    st.tuples(STATUS_KEYS, UNKNOWN),
    st.tuples(spelled("message", "note", "xq"), FAILURES),
    st.tuples(
        spelled("error", "errors", "error_code", "error_msg", "exception", "failure_reason"),
        st.sampled_from(["E1", "x", "1", "yes", "-1", "none left"]),
    ),
    st.tuples(
        spelled("success", "completed", "ok"), st.sampled_from(["false", "0", "no", "", "x"])
    ),
)

HARMLESS: list[Pair] = [
    ("message", "Order no. 1001 has been completed without errors."),
    ("note", "No action required, please do not reply"),
    ("address", {"state": "NW", "type": "BUSINESS"}),
    ("failoverNumber", "+4922155"),
    ("cancellation_period", "1 month"),
    ("document", {"type": "PASSPORT", "status": "APPROVED"}),
    ("previousStatus", "PENDING"),
    ("payment_status", "paid"),
    ("status_code", "200"),
    ("account", {"status": "active", "completed": True}),
    ("customerActive", "yes"),
    ("inactive", False),
]
