"""The one way to a Temporal client, for worker, bridge, starters and tests."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from runtime.errors import UsageError, UserError

DEFAULT_ADDRESS = "localhost:7233"


async def connect(*, lazy: bool = False) -> Client:
    """Connect as `TEMPORAL_*` and the TOML profiles say, by default to localhost:7233.

    `lazy` connects with the first call, for a process that must start while Temporal is away.
    """
    try:
        config = ClientConfig.load_client_connect_config()
    except Exception as error:  # noqa: BLE001 -- the SDK raises several plain types here
        raise UsageError(f"The TEMPORAL_* settings or the profile are wrong: {error}") from None
    config.setdefault("target_host", DEFAULT_ADDRESS)
    try:
        return await Client.connect(
            **config,
            data_converter=pydantic_data_converter,
            lazy=lazy,
            runtime=Runtime(telemetry=_quiet()),
        )
    except (RuntimeError, ValueError) as error:
        raise UserError(
            f"Temporal is not reachable at {config['target_host']}: start it (number-orders dev) or"
            f" set TEMPORAL_ADDRESS ({str(error).splitlines()[0][:200]})"
        ) from None


def _quiet() -> TelemetryConfig:
    # The SDK's core logs each retry of a connection, with stack traces; we say it once, in a line.
    return TelemetryConfig(
        logging=LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    )
