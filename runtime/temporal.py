"""The one way to a Temporal client, for worker, bridge, starters and tests."""

import os
from pathlib import Path

from temporalio.client import Client
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from number_orders.runtime.environment import fault, stripped, variable
from number_orders.runtime.errors import TemporalAway, UsageError
from number_orders.runtime.telemetry import runtime_of_process, tracing
from number_orders.runtime.temporal_failures import connection_failure
from number_orders.workflows.payloads import DATA_CONVERTER

DEFAULT_ADDRESS = "localhost:7233"
_DEFAULT_NAMESPACE = "default"


def connect_config() -> ClientConnectConfig:
    """What `TEMPORAL_*` and the TOML profiles say, with address and namespace in any case.

    Raises:
        UsageError: A variable, the profile or its file is wrong. It repeats no key.
    """
    config_file = variable("TEMPORAL_CONFIG_FILE")
    if config_file and not Path(config_file).exists():
        # The SDK would go on without it, to localhost.
        raise UsageError(f"TEMPORAL_CONFIG_FILE: there is no file {config_file}")
    try:
        config = ClientConfig.load_client_connect_config(override_env_vars=_variables())
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 -- the SDK raises several plain types here
        # The first line only: the next ones may show the file, with the API key in it.
        words = str(error).partition("\n")[0]
        raise UsageError(f"The TEMPORAL_* settings or the profile are wrong: {words}") from None
    config["target_host"] = _visible("TEMPORAL_ADDRESS", config.get("target_host", DEFAULT_ADDRESS))
    if "://" in config["target_host"]:
        raise UsageError("TEMPORAL_ADDRESS: expected host:port, without http:// or https://")
    config["namespace"] = _visible(
        "TEMPORAL_NAMESPACE", config.get("namespace", _DEFAULT_NAMESPACE)
    )
    if (api_key := config.get("api_key")) is not None:
        config["api_key"] = _visible("TEMPORAL_API_KEY", api_key)
        if not config["api_key"].isascii():
            # It travels in a header, and the SDK would leave it out.
            raise UsageError(
                "TEMPORAL_API_KEY, or api_key in the profile, is wrong: it is no ASCII"
            )
    return config


def _variables() -> dict[str, str]:
    """The environment, with Temporal's variables as they were meant.

    An empty one is none, as for our own settings; the SDK would open the folder ".".
    """
    variables = {}
    for name, text in os.environ.items():
        value = variable(name) if name.startswith("TEMPORAL_") else text
        if value:
            variables[name] = value
    return variables


def _visible(name: str, text: str) -> str:
    """A value as it was meant, from a variable or a profile."""
    value = stripped(text)
    if problem := fault(value):
        raise UsageError(f"{name}, or its value in the profile, is wrong: {problem}")
    return value


async def connect(
    config: ClientConnectConfig | None = None,
    *,
    lazy: bool = False,
    service_name: str = "number-orders",
    metrics_address: str | None = None,
) -> Client:
    """Connect as `config` says, or else `TEMPORAL_*` and the TOML profiles; to localhost:7233.

    A process needs one client, which any number of tasks share; each further one costs a
    connection. A process that forks connects after the fork, in the child only: see `forking`.

    Args:
        config: Where to, and as whom.
        lazy: Connect with the first call, for a process that must start while Temporal is away.
        service_name: What traces bear, if they are wanted.
        metrics_address: `host:port` where this process is scraped.

    Raises:
        TemporalAway: There is no connection; it says why, and what to do.
        UsageError: A setting is wrong, or this process was forked from one that had connected.
    """
    if config is None:
        config = connect_config()
    interceptors = tracing(service_name)
    runtime = runtime_of_process(metrics_address)
    try:
        return await Client.connect(
            **config,
            data_converter=DATA_CONVERTER,
            interceptors=interceptors,
            lazy=lazy,
            runtime=runtime,
        )
    except (RuntimeError, ValueError) as error:
        raise TemporalAway(connection_failure(error, config)) from None
