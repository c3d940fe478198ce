"""How a call to TENIOS is counted, by the way in which it ended."""

import contextlib
from unittest.mock import Mock

import pytest
from temporalio.common import MetricMeter
from temporalio.testing import ActivityEnvironment

from number_orders.activities.metrics import measured
from number_orders.tenios import errors


@pytest.mark.parametrize(
    ("error", "outcome", "code"),
    [
        (None, "Succeeded", "none"),
        (KeyError(), "Interrupted", "none"),
        (errors.NoAnswer(), "NoAnswer", "none"),
        (errors.CredentialsRefused(403, is_ambiguous=False), "CredentialsRefused", "none"),
        (errors.CredentialsRefused(400, is_ambiguous=True), "CredentialsRefusedAmbiguous", "none"),
        *(
            (errors.RequestRefused(code, "", ()), "RequestRefused", code)
            for code in ("INVALID_VALUE", "FIELD_IS_REQUIRED", "INVALID_JSON", "AGENT_NOT_FOUND")
        ),
        (errors.RequestRefused("NEVER_SEEN", "", ()), "RequestRefused", "other"),
    ],
)
def test_outcomes(error: Exception | None, outcome: str, code: str) -> None:
    """Each kind of end has its own outcome; codes that nobody documents share one."""
    meter = Mock(spec=MetricMeter)
    meter.with_additional_attributes.return_value = meter
    environment = ActivityEnvironment()
    environment.metric_meter = meter

    def call() -> None:
        with contextlib.suppress(Exception), measured("order_number"):
            if error is not None:
                raise error

    environment.run(call)
    [recorded] = meter.create_histogram_timedelta.return_value.record.call_args_list
    assert recorded.args[1] == {"method": "order_number", "outcome": outcome, "error_code": code}
