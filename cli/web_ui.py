"""`number-orders web-ui`: lists of orders to open in Temporal's Web UI."""

import typer

from number_orders.cli.arguments import BatchId
from number_orders.runtime.errors import UsageError
from number_orders.runtime.settings import WebUiSettings, load
from number_orders.runtime.temporal import connect_config
from number_orders.runtime.web_ui import WebUi
from number_orders.starters.ready_lists import ready_lists


def web_ui(batch_id: BatchId = None) -> None:
    """Print the addresses of ready lists in Temporal's Web UI."""
    there = WebUi.of(load(WebUiSettings).temporal_ui_url, connect_config()["namespace"])
    if there is None:
        raise UsageError(
            "TEMPORAL_UI_URL is missing: it says where Temporal's Web UI is, such as"
            " http://127.0.0.1:8233. Set it in the environment or in .env"
        )
    print_ready_lists(there, batch_id)


def print_ready_lists(there: WebUi, batch_id: str | None = None) -> None:
    """Each list on a line of its own, with its address."""
    for name, query in ready_lists(batch_id).items():
        typer.echo(f"{name:<24}{there.orders(query)}")
