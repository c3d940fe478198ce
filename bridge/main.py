"""The bridge's process."""

from bridge.app import create_app
from bridge.server import server_config
from evidence.store import EvidenceStore
from runtime.listener import listen, serve
from runtime.logs import configure_service
from runtime.messenger import Messenger
from runtime.settings import BridgeSettings, LogSettings, load
from runtime.temporal import connect


async def run() -> None:
    """Receive TENIOS' pushes and pass them on as signals, until it is told to stop."""
    configure_service(load(LogSettings).log_format)
    settings = load(BridgeSettings)
    # Makes none: its pushes would wait where nobody looks. Temporal may be away, the folder not.
    store = EvidenceStore.open(settings.store_url)
    messenger = Messenger(settings.notify_urls)
    listener = listen(settings.bridge_host, settings.bridge_port)
    # Lazily: a push must find the bridge running while Temporal is away; /health/ready tells.
    client = await connect(
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
