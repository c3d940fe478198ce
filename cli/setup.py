"""`number-orders setup`: what orders need of a Temporal server, and an evidence store."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from number_orders.administration import namespace
from number_orders.administration.setup import set_up
from number_orders.runtime.settings import StoreSettings, load


def setup(
    retention_days: Annotated[
        int | None,
        typer.Option(
            min=1,
            envvar="NAMESPACE_RETENTION_DAYS",
            help="How long Temporal keeps ended orders. Without it, a new namespace gets 90 days,"
            " and an existing one at least as many.",
        ),
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for Temporal to come up.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Create what is missing of namespace, attributes and store.

    What is there stays as it is: to run this again is harmless.
    """
    store_url = load(StoreSettings).store_url
    done = asyncio.run(set_up(store_url, retention_days=retention_days, wait_seconds=wait))
    if as_json:
        typer.echo(json.dumps(asdict(done), indent=2))
        return
    kept = f"{done.retention_days:g} days"
    if done.created:
        typer.echo(f"Namespace {done.namespace}: created; it keeps ended orders for {kept}.")
    elif done.retention_days_before is not None:
        typer.echo(
            f"Namespace {done.namespace}: keeps ended orders for {kept} now, instead of"
            f" {done.retention_days_before:g}."
        )
    else:
        typer.echo(f"Namespace {done.namespace}: exists; it keeps ended orders for {kept}.")
    typer.echo(
        f"Search attributes: registered {', '.join(done.registered)}."
        if done.registered
        else f"Search attributes: all {len(namespace.WANTED)} are registered."
    )
    typer.echo(f"Evidence store {done.store}: {'created' if done.store_created else 'exists'}.")
