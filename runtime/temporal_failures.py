"""Why Temporal could not be reached or refused a call, in one sentence with what to do.

The SDK has no error types for a failed connection: only the messages of the libraries below it say
what went wrong, so these are searched for known words. An unknown message is shown as it is. No
message repeats an API key.
"""

import re

from temporalio.envconfig import ClientConnectConfig
from temporalio.service import RPCError, RPCStatusCode

_CERTIFICATE = {
    "UnknownIssuer": "set TEMPORAL_TLS_SERVER_CA_CERT_PATH to the certificate of its authority",
    "NotValidForName": "set TEMPORAL_TLS_SERVER_NAME to a name that stands in it",
    "Expired": "renew it, or set the clock of this machine",
    "NotValidYet": "set the clock of this machine",
}
_CLIENT_CERTIFICATE = "TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH"
_API_KEY = (
    "the API key is missing, wrong or expired: set TEMPORAL_API_KEY, or api_key in the profile"
)
_NO_RIGHT = (
    "the API key or certificate gives no right to this namespace: check TEMPORAL_NAMESPACE and"
    " TEMPORAL_ADDRESS, or give it the right to write there"
)


def connection_failure(error: Exception, config: ClientConnectConfig) -> str:
    """Why there is no connection, and what to do."""
    return f"Temporal is not reachable at {config['target_host']}: {_cause(str(error), config)}"


def call_failure(error: RPCError) -> str:
    """Why a call was refused, and what to do."""
    if missing := re.match("Namespace (.*) is not found", error.message):
        return (
            f"Temporal has no namespace {missing[1]}: set TEMPORAL_NAMESPACE, or make it with"
            " number-orders setup"
        )
    why = {
        RPCStatusCode.UNAUTHENTICATED: _API_KEY,
        RPCStatusCode.PERMISSION_DENIED: _NO_RIGHT,
    }.get(error.status, error.message)
    return f"Temporal refused the call: {why}"


def polling_refused(error: BaseException | None) -> str | None:
    """Why a worker had to end that Temporal refused to give tasks for a minute; `None` if not."""
    while error is not None:
        if "Poll failure" in str(error):
            if "code: Unauthenticated" in str(error):
                return f"Temporal gives this worker no more tasks: {_API_KEY}"
            if "code: PermissionDenied" in str(error):
                return f"Temporal gives this worker no more tasks: {_NO_RIGHT}"
        error = error.__cause__
    return None


def _cause(words: str, config: ClientConnectConfig) -> str:  # noqa: PLR0911 -- one for each cause
    if found := re.search(r"InvalidCertificate\((\w+)", words):
        reason = found[1].removesuffix("Context")
        remedy = _CERTIFICATE.get(reason, "look at it with openssl s_client -connect")
        return f"its certificate was not accepted ({reason}): {remedy}"
    if "KeyMismatch" in words:
        return f"{_CLIENT_CERTIFICATE} do not belong together"
    if "InvalidContentType" in words:
        return (
            "it speaks no TLS: set TEMPORAL_TLS=false, or take tls and api_key out of the profile"
        )
    if "code: Unauthenticated" in words:
        return _API_KEY
    if "code: PermissionDenied" in words:
        return _NO_RIGHT
    if re.search(r"transport error\", source|operation was canceled", words):
        if not config.get("tls"):
            return "it closed the connection: it probably wants TLS; set TEMPORAL_TLS=true"
        return (
            "it closed the connection: it probably wants a client certificate of an authority that"
            f" it knows; set {_CLIENT_CERTIFICATE}"
        )
    if "ConnectionRefused" in words:
        return "nothing listens there; start it (number-orders dev) or set TEMPORAL_ADDRESS"
    if "dns error" in words:
        return "this name is not known: check TEMPORAL_ADDRESS"
    return (
        "start it (number-orders dev) or set TEMPORAL_ADDRESS"
        f" ({words.splitlines()[0][:200] if words else 'no reason given'})"
    )
