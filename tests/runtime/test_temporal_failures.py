"""Why a worker had to end, out of the SDK's words. All else is tested with real servers."""

import pytest

from number_orders.runtime.temporal_failures import polling_refused


def _ended(words: str) -> RuntimeError:
    """What the SDK raises where a poll failed for good; measured with a key that was revoked."""
    error = RuntimeError("Activity worker failed")
    error.__cause__ = RuntimeError(words)
    return error


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("Unauthenticated", "no more tasks: the API key is missing, wrong or expired"),
        ("PermissionDenied", "no more tasks: the API key or certificate gives no right"),
    ],
)
def test_polling_refused(code: str, says: str) -> None:
    """A key that is revoked while a worker runs ends it with a sentence."""
    error = _ended(
        "Poll failure: Unhandled grpc error when polling: Status { code: "
        f'{code}, message: "Request unauthorized.", source: None }}'
    )
    assert says in (polling_refused(error) or "")


@pytest.mark.parametrize("words", ["something else", "Poll failure: Status { code: Internal }"])
def test_something_else(words: str) -> None:
    """Whatever else ends a worker stays as it is."""
    assert polling_refused(_ended(words)) is None
