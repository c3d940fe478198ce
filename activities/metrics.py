"""How long calls to TENIOS take, and how they end."""

import contextlib
import time
from collections.abc import Iterator
from datetime import timedelta

from temporalio import activity

from number_orders.runtime.telemetry import TENIOS_CALL_DURATION
from number_orders.tenios import errors
from number_orders.tenios.classification import DOCUMENTED_CODES


@contextlib.contextmanager
def measured(method: str) -> Iterator[None]:
    """Measure a call by its outcome: `Succeeded`, `Interrupted`, or the name of the error.

    A `CredentialsRefused` that may be about another identifier is `CredentialsRefusedAmbiguous`.
    TENIOS may send any error code, and each would be a time series of its own: those that it does
    not document are `other`.
    """
    outcome, error_code = "Interrupted", "none"
    began = time.monotonic()
    try:
        yield
        outcome = "Succeeded"
    except errors.TeniosError as error:
        outcome = type(error).__name__
        if isinstance(error, errors.CredentialsRefused) and error.is_ambiguous:
            outcome += "Ambiguous"
        if isinstance(error, errors.RequestRefused):
            error_code = error.error_code if error.error_code in DOCUMENTED_CODES else "other"
        raise
    finally:
        activity.metric_meter().create_histogram_timedelta(
            TENIOS_CALL_DURATION, "Calls to TENIOS by method, outcome and error code", "duration"
        ).record(
            timedelta(seconds=time.monotonic() - began),
            {"method": method, "outcome": outcome, "error_code": error_code},
        )
