"""Settings from the environment, `.env` and secret files, checked before anything runs.

Temporal's own settings (`TEMPORAL_*`, TOML profiles) are read in `runtime.temporal`.
"""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.environment import entries, fault, given
from number_orders.runtime.errors import UsageError

_URL_CHARACTERS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*")


def _http_url(value: str) -> str:
    parts = _split(value)
    if (
        parts is None
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
        or re.search(r"[?#]", value)
    ):
        raise ValueError("expected an http(s) URL without a query, such as https://orders.example")
    if "@" in parts.netloc:
        # It is shown by number-orders doctor, and sent to TENIOS.
        raise ValueError("expected a URL without a user and password")
    return value.rstrip("/")


def _web_ui_root(value: str) -> str:
    if "namespaces" in urlsplit(value).path.split("/"):
        raise ValueError(
            "expected where the Web UI begins, without /namespaces and what follows it, such as"
            " https://temporal.example"
        )
    return value


def _split(url: str) -> SplitResult | None:
    """The parts of a URL as it travels, with a port that can be one; `None` if it is none."""
    try:
        parts = urlsplit(url)
        # The port is only looked at when it is asked for.
        _ = parts.port
    except ValueError:
        # Its words repeat parts of the URL.
        return None
    return parts if _URL_CHARACTERS.fullmatch(url) else None


def _socket_address(value: str) -> str:
    host, _, port = value.rpartition(":")
    try:
        ip_address(host.removeprefix("[").removesuffix("]"))
        valid = port.isascii() and port.isdigit() and 0 < int(port) < 2**16
    except ValueError:
        valid = False
    if not valid:
        raise ValueError("expected an IP address and a port, such as 0.0.0.0:9464")
    return value


def _host(value: str) -> str:
    if " " in value:
        raise ValueError("expected an address of this machine, such as 127.0.0.1")
    # As it stands in a URL.
    return value.removeprefix("[").removesuffix("]")


def _bridge_keys(value: SecretStr) -> SecretStr:
    CallbackKeys.parse(value.get_secret_value())
    return value


def _version_part(value: str) -> str:
    if ":" in value:
        # The server refuses every poll, and the worker does not end by it.
        raise ValueError("Temporal takes no colon there")
    return value


HttpUrl = Annotated[str, AfterValidator(_http_url)]
WebUiRoot = Annotated[HttpUrl, AfterValidator(_web_ui_root)]
VersionPart = Annotated[str, AfterValidator(_version_part)]

_LISTS = frozenset({"bridge_keys", "notify_urls"})
"""With commas between their entries, or in a file a line for each."""


class _Given(PydanticBaseSettingsSource):
    """Takes each setting as `runtime.environment` reads it."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 -- pydantic-settings' signature
        return given(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields.items()
        values = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: value for name, value in values.items() if value is not None}


class _Settings(BaseSettings):
    model_config = SettingsConfigDict(hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment and secret files, as we read them."""
        return init_settings, _Given(settings_cls)

    @field_validator("*", mode="before")
    @classmethod
    def _is_visible(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        text = ",".join(entries(value)) if info.field_name in _LISTS else value
        if problem := fault(text):
            raise ValueError(problem)
        return text


class StoreSettings(_Settings):
    """The evidence store."""

    store_url: str = Field(default_factory=lambda: Path("var/evidence").absolute().as_uri())
    """`file:///...`, `s3://...`, `gs://...` or `az://...`."""


class CallbackSettings(_Settings):
    """What makes callback addresses: the worker derives them, the bridge checks them."""

    bridge_keys: Annotated[SecretStr, AfterValidator(_bridge_keys)]
    """`kid:base64,kid:base64`: the first one signs, all are accepted."""

    @property
    def callback_keys(self) -> CallbackKeys:
        """The parsed keys."""
        return CallbackKeys.parse(self.bridge_keys.get_secret_value())


class NotifySettings(_Settings):
    """Who is told when an order needs a person."""

    notify_urls: SecretStr = SecretStr("")
    """Apprise URLs, separated by commas; without any, notifications go to the log alone."""


class WebUiSettings(_Settings):
    """Where people open Temporal's Web UI."""

    temporal_ui_url: WebUiRoot | None = None
    """Without it, nothing that people read has a link."""


class LogSettings(_Settings):
    """How a process logs."""

    log_format: Literal["text", "json"] = "text"
    """`json`: an object in each line, for machines."""


class MetricsSettings(_Settings):
    """Where a process can be scraped by Prometheus."""

    metrics_address: Annotated[str, AfterValidator(_socket_address)] | None = None
    """`address:port`, of its own for each process of a machine; without it there are none."""


class BridgeSettings(
    CallbackSettings, StoreSettings, NotifySettings, WebUiSettings, MetricsSettings
):
    """The webhook bridge."""

    bridge_host: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
    bridge_port: Annotated[int, Field(ge=0, le=65535)] = 8081
    bridge_secret: Literal["optional", "required"] = "optional"
    """`required` refuses a push that does not present its secret."""
    temporal_worker_build_id: str | None = None
    """The image's build, which a bridge only tells number-orders doctor."""


class DeploymentSettings(_Settings):
    """A deployment and a build of it; named as Temporal's own Worker Controller names them."""

    temporal_deployment_name: VersionPart | None = None
    """What is upgraded as one, such as `number-orders`."""
    temporal_worker_build_id: VersionPart | None = None
    """This build; the container image carries its own."""


class VersionSettings(DeploymentSettings):
    """Which deployment version a worker is; by both of these, Worker Versioning is switched on."""

    @model_validator(mode="after")
    def _named_builds_have_an_id(self) -> Self:
        # The other way round is the image outside a deployment.
        if self.temporal_deployment_name is not None and self.temporal_worker_build_id is None:
            raise ValueError("TEMPORAL_DEPLOYMENT_NAME needs TEMPORAL_WORKER_BUILD_ID beside it")
        return self


class TeniosAddressSettings(_Settings):
    """Where TENIOS is."""

    tenios_base_url: HttpUrl = "https://api.tenios.com"


class TeniosSettings(TeniosAddressSettings):
    """How TENIOS is called."""

    tenios_access_key: Annotated[SecretStr, Field(min_length=1)]
    tenios_calls_per_second: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 10.0
    """For all workers together. TENIOS documents no limit, so this one is a courtesy."""


class PublicUrlSettings(_Settings):
    """Where TENIOS reaches the bridge."""

    bridge_public_url: HttpUrl


class WorkerSettings(
    CallbackSettings,
    PublicUrlSettings,
    StoreSettings,
    NotifySettings,
    WebUiSettings,
    MetricsSettings,
    VersionSettings,
    TeniosSettings,
):
    """The worker: TENIOS, callback addresses, notifications."""


SettingsType = TypeVar("SettingsType", bound=_Settings)


def load(settings_type: type[SettingsType]) -> SettingsType:
    """Read settings.

    Raises:
        UsageError: Variables are missing or wrong. It names each of them, and repeats no value.
    """
    try:
        return settings_type()
    except ValidationError as error:
        problems = [
            _described(problem) for problem in error.errors(include_input=False, include_url=False)
        ]
        raise UsageError(
            f"{'; '.join(problems)}. Set it in the environment, in .env or as a file in SECRETS_DIR"
        ) from None


def _described(problem: ErrorDetails) -> str:
    message = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        # About several of them; names them itself.
        return message
    wrong = "is missing" if problem["type"] == "missing" else f"is wrong: {message}"
    return f"{str(problem['loc'][0]).upper()} {wrong}"
