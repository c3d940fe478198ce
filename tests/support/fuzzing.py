"""With how many examples a property is tried: `make test` with some, `make fuzz` with many."""

import os
from collections.abc import Collection

from hypothesis import HealthCheck, Phase, settings

DEPTH = int(os.environ.get("FUZZING_DEPTH", "1"))

_ALL_PHASES = tuple(Phase)


def examples(
    count: int,
    *,
    suppressed: Collection[HealthCheck] = (),
    phases: Collection[Phase] = _ALL_PHASES,
    steps: int = 50,
) -> settings:
    """So many examples, the same in each run; on a busy machine the first one may take seconds."""
    return settings(
        max_examples=count * DEPTH,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, *suppressed],
        phases=phases,
    )
