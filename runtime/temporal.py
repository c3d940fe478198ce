"""The one way to a Temporal client, for worker, bridge, starters and tests."""

import os
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from runtime.errors import UsageError, UserError
from runtime.telemetry import start_runtime, tracing
from runtime.temporal_failures import connection_failure

DEFAULT_ADDRESS = "localhost:7233"


def connect_config() -> ClientConnectConfig:
    """What `TEMPORAL_*` and the TOML profiles say; raises a `UsageError`."""
    config_file = os.environ.get("TEMPORAL_CONFIG_FILE")
    if config_file and not Path(config_file).exists():
        # The SDK would go on without it, to localhost.
        raise UsageError(f"TEMPORAL_CONFIG_FILE: there is no file {config_file}")
    try:
        # An empty variable is none, as for our own settings; the SDK would open the folder ".".
        variables = {name: value for name, value in os.environ.items() if value}
        config = ClientConfig.load_client_connect_config(override_env_vars=variables)
    except Exception as error:  # noqa: BLE001 -- the SDK raises several plain types here
        # The first line only: the next ones may show the file, with the API key in it.
        words = str(error).partition("\n")[0]
        raise UsageError(f"The TEMPORAL_* settings or the profile are wrong: {words}") from None
    config.setdefault("target_host", DEFAULT_ADDRESS)
    if "://" in config["target_host"]:
        raise UsageError("TEMPORAL_ADDRESS: expected host:port, without http:// or https://")
    return config


async def connect(
    *,
    lazy: bool = False,
    service_name: str = "number-orders",
    metrics_address: str | None = None,
) -> Client:
    """Connect as `TEMPORAL_*` and the TOML profiles say, by default to localhost:7233.

    `lazy` connects with the first call, for a process that must start while Temporal is away.
    Traces, if they are wanted, bear the service's name.
    """
    config = connect_config()
    interceptors = tracing(service_name)
    runtime = start_runtime(metrics_address)
    try:
        return await Client.connect(
            **config,
            data_converter=pydantic_data_converter,
            interceptors=interceptors,
            lazy=lazy,
            runtime=runtime,
        )
    except (RuntimeError, ValueError) as error:
        raise UserError(connection_failure(error, config)) from None
