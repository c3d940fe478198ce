"""The settings of a worker, each by itself, so that a missing one hides no other."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from number_orders.administration.doctor.finding import Finding, Findings, fail, ok
from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.runtime.errors import UsageError
from number_orders.runtime.settings import (
    CallbackSettings,
    PublicUrlSettings,
    SettingsType,
    StoreSettings,
    TeniosAddressSettings,
    TeniosSettings,
    VersionSettings,
    WebUiSettings,
    load,
)


@dataclass(frozen=True)
class Settings:
    """Those that are right; `None` for those that are not."""

    keys: CallbackKeys | None
    public_url: str | None
    tenios_url: str | None
    store_url: str | None
    deployment_name: str | None


def read_settings() -> tuple[Settings, Findings]:
    """The settings, and what is to be said about them."""
    findings: list[Finding] = []

    def read(check: str, settings_type: type[SettingsType]) -> SettingsType | None:
        try:
            return load(settings_type)
        except UsageError as error:
            findings.append(fail(check, str(error)))
            return None

    callbacks = read("keys", CallbackSettings)
    keys = callbacks.callback_keys if callbacks else None
    if keys:
        findings.append(ok("keys", f"BRIDGE_KEYS: {_described(keys)}"))
    public = read("public url", PublicUrlSettings)
    if public:
        findings.append(_public_url(public.bridge_public_url))
    if read("tenios key", TeniosSettings):
        findings.append(
            ok(
                "tenios key",
                "TENIOS_ACCESS_KEY is set; whether TENIOS takes it, only an order shows",
            )
        )
    tenios = read("tenios", TeniosAddressSettings)
    store = read("store", StoreSettings)
    deployment = read("worker version", VersionSettings)
    read("web ui", WebUiSettings)
    return Settings(
        keys=keys,
        public_url=public.bridge_public_url if public else None,
        tenios_url=tenios.tenios_base_url if tenios else None,
        store_url=store.store_url if store else None,
        deployment_name=deployment.temporal_deployment_name if deployment else None,
    ), findings


def is_encrypted_or_local(url: str) -> bool:
    """Whether nobody on the way can read along: HTTPS, this machine, a container's bare name."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = "." not in host
    return parts.scheme == "https" or local


def _described(keys: CallbackKeys) -> str:
    signing, *others = keys.keys
    accepted = f", {', '.join(others)} accepted as well" if others else ""
    return f"{signing} signs{accepted}"


def _public_url(url: str) -> Finding:
    if is_encrypted_or_local(url):
        return ok("public url", f"BRIDGE_PUBLIC_URL is {url}")
    return fail(
        "public url",
        f"BRIDGE_PUBLIC_URL is {url}: a callback's address would travel in plain text",
        "use https://; a proxy in front of the bridge terminates TLS",
    )
