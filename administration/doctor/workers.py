"""The workers: whether they poll, and with which settings; versions are in `versions`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import Client

from number_orders.administration.doctor.finding import Finding, Findings, counted, fail, ok, skip
from number_orders.administration.doctor.versions import version
from number_orders.runtime.worker_identity import settings_of
from number_orders.starters.pollers import POLLS_AT_LEAST_EVERY, Work, pollers, stopped

_SHOWN = 5
_START = "number-orders worker starts one; if it runs, look at its log"


@dataclass(frozen=True)
class _Setting:
    """Something that all workers must have in common with this command."""

    check: str
    variable: str
    harm: str


_SETTINGS = {
    "store": _Setting(
        "worker store", "STORE_URL", "they refuse the orders that are started with this one"
    ),
    "url": _Setting(
        "worker public url", "BRIDGE_PUBLIC_URL", "TENIOS sends their orders' pushes elsewhere"
    ),
    "tenios": _Setting("worker tenios", "TENIOS_BASE_URL", "they order elsewhere"),
}


async def workers(
    client: Client, deployment: str | None, settings: Mapping[str, str | None], ahead: timedelta
) -> Findings:
    """Everything about workers.

    Args:
        client: Of the orders' namespace.
        deployment: Which one is meant, if a setting says so.
        settings: This command's fingerprints, named as a worker's identity names them.
        ahead: How far Temporal's clock is ahead of ours.
    """
    since = datetime.now(UTC) + ahead - POLLS_AT_LEAST_EVERY
    listed = {work: await pollers(client, work) for work in Work}
    gone = await stopped(client)
    live = {
        work: [
            poller
            for poller in polling
            if poller.identity not in gone and poller.last_access_time.ToDatetime(UTC) > since
        ]
        for work, polling in listed.items()
    }
    idle = [work for work, polling in live.items() if not polling]
    if idle:
        seen = [p.last_access_time.ToDatetime(UTC) for work in idle for p in listed[work]]
        last = f"; the last one did at {max(seen):%H:%M:%S} UTC" if seen else ""
        return [
            fail("workers", f"none polls for {', '.join(map(str, idle))}{last}", _START),
            skip("worker version", "no worker polls"),
        ]
    polling = [poller for of_one in live.values() for poller in of_one]
    names = sorted({poller.identity for poller in polling})
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    everyone = [poller for of_one in listed.values() for poller in of_one]
    return [
        ok(
            "workers",
            f"{counted(len(names), 'worker polls', 'workers poll')}:"
            f" {', '.join(names[:_SHOWN])}{more}",
        ),
        *(_compared(name, names, ours) for name, ours in settings.items()),
        await version(client, deployment, polling, everyone),
    ]


def _compared(name: str, workers: Sequence[str], ours: str | None) -> Finding:
    setting = _SETTINGS[name]
    theirs = {worker: found for worker in workers if (found := settings_of(worker).get(name))}
    if ours is None:
        return skip(setting.check, f"this command's {setting.variable} is not known")
    if len(theirs) < len(workers):
        return skip(setting.check, "which one the workers use is not known")
    others = [worker for worker in workers if theirs[worker] != ours]
    if not others:
        return ok(setting.check, f"the same as this command's ({ours})")
    return fail(
        setting.check,
        f"another one than this command's ({ours}): {', '.join(others[:_SHOWN])}; {setting.harm}",
        f"give the same {setting.variable} to all",
    )
