"""HTTP as the checks need it."""

import email.utils
import time
from datetime import timedelta

import httpx

from number_orders.administration.doctor.finding import Findings, fail, ok, skip
from number_orders.administration.doctor.settings import is_encrypted_or_local
from number_orders.administration.doctor.temporal import clock_compared


def client() -> httpx.AsyncClient:
    """Short limits, certificates verified, no redirects, no proxy of the environment."""
    return httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=5.0)


def failure(error: httpx.HTTPError) -> str:
    """Why there was no answer. Not in the error's own words, which may repeat the address."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "has a certificate that is not trusted"
    if isinstance(error, httpx.TimeoutException):
        return "does not answer in time"
    if isinstance(error, httpx.ConnectError):
        return "cannot be connected to"
    return f"does not answer ({type(error).__name__})"


async def tenios(url: str) -> Findings:
    """Whether the address of TENIOS answers at all; the access key is neither sent nor checked.

    Every call of the API would have an effect, so that none is made as a check.
    """
    if not is_encrypted_or_local(url):
        return [
            fail(
                "tenios",
                f"TENIOS_BASE_URL is {url}: the access key would travel in plain text",
                "use https://",
            )
        ]
    began = time.time()
    async with client() as http:
        try:
            response = await http.get(url)
        except httpx.HTTPError as error:
            return [
                fail(
                    "tenios",
                    f"{url} {failure(error)}",
                    "check TENIOS_BASE_URL, the network and its firewall",
                )
            ]
    verified = ", its certificate is trusted" if url.startswith("https:") else ""
    return [
        ok("tenios", f"{url} answers ({response.status_code}){verified}"),
        *_clock(response.headers.get("date"), began),
    ]


def _clock(date: str | None, began: float) -> Findings:
    try:
        at = email.utils.parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        return [skip("tenios clock", "it does not tell the time")]
    # Whole seconds, cut off.
    return clock_compared(
        "tenios clock", timedelta(seconds=at - min(max(at, began - 1), time.time()))
    )
