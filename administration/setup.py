"""What orders need of a Temporal server, and an evidence store."""

from dataclasses import dataclass, field
from datetime import timedelta

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from number_orders.administration import namespace
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import TemporalAway, UserError
from number_orders.runtime.polling import NotYet, until
from number_orders.runtime.temporal import connect

_LOOK_EVERY_SECONDS = 0.5
_USABLE_LIMIT_SECONDS = 60


@dataclass
class Installed:
    """What `set_up` found and what it changed."""

    namespace: str
    created: bool = False
    retention_days: float = 0
    retention_days_before: float | None = None
    registered: list[str] = field(default_factory=list)
    store: str = ""
    store_created: bool = False


async def set_up(store_url: str, *, retention_days: int | None, wait_seconds: float) -> Installed:
    """Create what is missing of namespace, search attributes and store; may be run again.

    Args:
        store_url: Of the evidence store.
        retention_days: How long Temporal keeps ended orders; `None` for 90 days, or more where it
            is more already.
        wait_seconds: How long Temporal may take to come up.

    Raises:
        UserError: This server, or this user's rights, do not allow it; it says what to do by hand.
    """
    client, before = await _reached(wait_seconds)
    done = Installed(client.namespace)
    try:
        await _ensure_namespace(client, before, retention_days, done)
        await _ensure_attributes(client, done)
    except namespace.AdministrationRefused:
        raise UserError(await _by_hand(client, retention_days)) from None
    store = EvidenceStore.open(store_url, create=True)
    done.store_created = not await store.exists()
    done.store = await store.fingerprint()
    return done


async def _reached(wait_seconds: float) -> tuple[Client, timedelta | None]:
    """A client of a server that answers, and the namespace's retention."""

    async def reached() -> tuple[Client, timedelta | None]:
        client = await connect()
        return client, await namespace.retention(client)

    return await until(
        reached,
        within_seconds=wait_seconds,
        every_seconds=_LOOK_EVERY_SECONDS,
        not_yet=(TemporalAway, RPCError),
    )


async def _ensure_namespace(
    client: Client, before: timedelta | None, retention_days: int | None, done: Installed
) -> None:
    wanted = timedelta(days=retention_days) if retention_days else namespace.RETENTION
    if before is None:
        await namespace.create(client, wanted)
        done.created = True
    elif before < wanted or (before != wanted and retention_days is not None):
        # Never less unless somebody says so: it deletes ended workflows, of others too.
        try:
            await namespace.set_retention(client, wanted)
        except namespace.AdministrationRefused:
            if retention_days is not None:
                raise
            # Orders work with less as well; number-orders doctor warns of too little.
            wanted = before
        else:
            done.retention_days_before = before / timedelta(days=1)
    else:
        wanted = before
    done.retention_days = wanted / timedelta(days=1)


async def _ensure_attributes(client: Client, done: Installed) -> None:
    missing = await _missing(client)
    if missing:
        await namespace.register(client, missing)
        done.registered = list(missing)

    async def usable() -> None:
        if not all([await namespace.usable(client, name) for name in namespace.WANTED]):
            raise NotYet(
                f"Temporal still does not take all search attributes after {_USABLE_LIMIT_SECONDS}"
                " s: look at its log, and run number-orders setup again"
            )

    await until(usable, within_seconds=_USABLE_LIMIT_SECONDS, every_seconds=_LOOK_EVERY_SECONDS)


async def _missing(client: Client) -> namespace.Attributes:
    registered = await _registered(client)
    if wrong := namespace.of_another_type(registered or {}):
        raise UserError(
            f"Namespace {client.namespace} has search attributes of another type:"
            f" {namespace.described(wrong)}; orders need"
            f" {namespace.described(namespace.wanted(wrong))}. Types cannot be changed: use another"
            " namespace, or remove them where nothing else uses them"
        )
    return await namespace.missing(client, registered)


async def _registered(client: Client) -> namespace.Attributes | None:
    """The attributes; waits for a namespace that was just made."""

    async def registered() -> namespace.Attributes | None:
        try:
            return await namespace.registered(client)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            raise NotYet(f"Temporal does not know the namespace {client.namespace}") from None

    return await until(
        registered, within_seconds=_USABLE_LIMIT_SECONDS, every_seconds=_LOOK_EVERY_SECONDS
    )


async def _by_hand(client: Client, retention_days: int | None) -> str:
    """What somebody with more rights has to do."""
    days = retention_days or namespace.RETENTION.days
    before = await namespace.retention(client)
    steps = []
    if before is None:
        steps.append(f"create the namespace {client.namespace} with a retention of {days} days")
        missing = namespace.WANTED
    else:
        if retention_days is not None and before != timedelta(days=days):
            steps.append(f"set the retention of {client.namespace} to {days} days")
        missing = await _missing(client)
    if missing:
        steps.append(f"add the search attributes {namespace.described(missing)}")
    return (
        "This server lets you change no namespace; in Temporal Cloud, use its web page or tcld:"
        f" {' and '.join(steps)}"
    )
