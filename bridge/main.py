"""The bridge's process."""

from number_orders.bridge.app import create_app
from number_orders.bridge.server import server_config
from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.listener import listen, serve
from number_orders.runtime.logs import configure_service
from number_orders.runtime.messenger import Messenger
from number_orders.runtime.settings import BridgeSettings, LogSettings, load
from number_orders.runtime.temporal import connect, connect_config
from number_orders.runtime.web_ui import WebUi


async def run() -> None:
    """Receive TENIOS' pushes and pass them on as signals, until it is told to stop."""
    configure_service(load(LogSettings).log_format)
    settings = load(BridgeSettings)
    # Makes none: its pushes would wait where nobody looks. Temporal may be away, the folder not.
    store = EvidenceStore.open(settings.store_url)
    config = connect_config()
    messenger = Messenger(
        settings.notify_urls, WebUi.of(settings.temporal_ui_url, config["namespace"])
    )
    listener = listen(settings.bridge_host, settings.bridge_port)
    # Lazily: a push must find the bridge running while Temporal is away; /health/ready tells.
    client = await connect(
        config,
        lazy=True,
        service_name="number-orders-bridge",
        metrics_address=settings.metrics_address,
    )
    app = create_app(
        client,
        settings.callback_keys,
        store,
        messenger,
        secret_required=settings.bridge_secret == "required",
        build_id=settings.temporal_worker_build_id,
    )
    await serve(server_config(app), listener)
