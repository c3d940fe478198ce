"""Lets orders run while services die, waits until everything has settled, and checks."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random

import httpx
from rich.table import Table
from temporalio.client import Client

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.workflows import contract
from number_orders.workflows.models import DocumentType, OrderStatus
from tests.chaos.evidence import Evidence
from tests.chaos.figures import figures
from tests.chaos.people import People
from tests.chaos.plan import Disturbance, plan_disturbances, plan_orders
from tests.chaos.promises import check
from tests.chaos.scene import Scene
from tests.chaos.services import BRIDGES, WORKERS, Commands, Services
from tests.support.order_driver import PDF

_NOTHING_CHANGES_SECONDS = 120
"""An order that stays as it is for so long is stuck or parked. The longest pause that an order
makes by itself is a minute, after a call that somebody ended."""
# Who looks for an order is believed after two minutes; one that awaits its number says until when.
_PARKED = frozenset(
    {OrderStatus.OUTCOME_UNKNOWN, OrderStatus.CANCELLING, OrderStatus.AWAITING_NUMBER}
)


def _at_rest(running: Mapping[str, OrderStatus]) -> set[str]:
    """The orders that nobody but a person can move on, if anybody."""
    parked = {workflow_id for workflow_id, status in running.items() if status in _PARKED}
    return parked | {
        workflow_id
        for workflow_id, status in running.items()
        if status is OrderStatus.AWAITING_VERIFICATION
        and contract.workflow_id(contract.location_id_of(workflow_id) or "") in parked
    }


class Chaos:
    """One run."""

    def __init__(
        self,
        folder: Path,
        *,
        seed: int,
        locations: int,
        in_flight: int,
        kills: int,
        spacing: float,
        outages: int,
        with_hangs: bool,
        instead: Commands,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._seed = seed
        self._plans = plan_orders(seed, locations, with_hangs=with_hangs)
        self._disturbances = plan_disturbances(seed, kills, spacing=spacing, outages=outages)
        self._in_flight = in_flight
        self._services = Services(folder, instead)
        self._random = Random(f"{seed} which")
        self._kills: Counter[str] = Counter()
        self._away: set[str] = set()
        self._settled_after = 0.0

    async def run(self) -> Table:
        """Everything, from the start of the first process to the last check."""
        try:
            client = await self._services.start_all()
            async with httpx.AsyncClient(
                base_url=self._services.sandbox_url, trust_env=False
            ) as sandbox:
                return await self._run(client, sandbox)
        finally:
            self._services.stop_all()

    async def _run(self, client: Client, sandbox: httpx.AsyncClient) -> Table:
        store = EvidenceStore.open(self._services.store_url)
        scene = Scene(
            client,
            sandbox,
            f"http://127.0.0.1:{self._services.ports.bridge}",
            CallbackKeys.parse(self._services.environment["BRIDGE_KEYS"]),
            {plan.workflow_id: plan for plan in self._plans},
            store,
            await store.keep_document(PDF, DocumentType.CONTRACT),
        )
        people = People(scene)
        supervising = asyncio.create_task(self._supervise())
        working = asyncio.create_task(people.work())
        await asyncio.gather(self._disturb(), self._start(people))
        await self._settle(people)
        working.cancel()
        await people.go_home()
        evidence = await Evidence.gather(client, sandbox, store)
        supervising.cancel()
        replayed = await check(evidence, scene)
        return self._table(
            scene.counts, figures(evidence) + Counter({"histories replayed": replayed})
        )

    async def _start(self, people: People) -> None:
        for plan in self._plans:
            while len(people.running) - len(_at_rest(people.running)) >= self._in_flight:
                await asyncio.sleep(0.1)
            await people.start(plan)
            await asyncio.sleep(0.05)

    async def _disturb(self) -> None:
        away: list[asyncio.Task[None]] = []
        for disturbance in self._disturbances:
            await asyncio.sleep(disturbance.after)
            away = [task for task in away if not task.done()]
            away.append(asyncio.create_task(self._end_and_start_again(disturbance)))
        await asyncio.gather(*away)

    async def _end_and_start_again(self, disturbance: Disturbance) -> None:
        names = {
            "worker": WORKERS,
            "worker_stop": WORKERS,
            "bridge": BRIDGES,
            "sandbox": ("sandbox",),
        }.get(disturbance.kill, ("temporal",))
        running = [name for name in names if name not in self._services.ended()]
        if not running:
            return
        name = self._random.choice(running)
        stops = disturbance.kill == "worker_stop"
        self._services.end(name, signal.SIGTERM if stops else signal.SIGKILL)
        self._kills[disturbance.kill] += 1
        self._away.add(name)
        await asyncio.sleep(disturbance.away)
        self._away.discard(name)

    async def _supervise(self) -> None:
        """Start again what has ended, as the restart policy of any real deployment does."""
        while True:
            for name in self._services.ended():
                if name not in self._away:
                    self._services.start(name)
            await asyncio.sleep(0.5)

    async def _settle(self, people: People) -> None:
        """Nothing is killed any more: wait until every order is finished or parked."""
        began = changed = time.monotonic()
        before = people.running
        while time.monotonic() - changed < _NOTHING_CHANGES_SECONDS:
            if people.running is not before and set(people.running) == _at_rest(people.running):
                break
            if people.running != before:
                before, changed = people.running, time.monotonic()
            await asyncio.sleep(0.5)
        self._settled_after = time.monotonic() - began

    def _table(self, people: Counter[str], counts: Counter[str]) -> Table:
        table = Table("what", "count")
        rows = {
            "orders": len(self._plans),
            "orders of further numbers": sum(plan.number > 1 for plan in self._plans),
            **{f"killed: {kill.replace('_', ' ')}": n for kill, n in sorted(self._kills.items())},
            **{f"people: {what}": n for what, n in sorted(people.items())},
            **dict(sorted(counts.items())),
            "seconds until settled": round(self._settled_after),
        }
        for what, count in rows.items():
            table.add_row(what, str(count))
        return table
