"""The bridge, as TENIOS reaches it."""

import hmac
import json
import time
from datetime import timedelta

import httpx
from pydantic import ValidationError

from number_orders.administration.doctor.finding import Finding, Findings, fail, ok, warn
from number_orders.administration.doctor.http import client, failure
from number_orders.administration.doctor.temporal import clock_compared
from number_orders.bridge.probe import ProbeAnswer
from number_orders.runtime.callback_keys import Callback, CallbackKeys

_SAME_KEYS = "give the same BRIDGE_KEYS to all bridges and workers, and restart them"
_PASS_ON = "let the proxy pass POST /push/ to the bridge unchanged (docs/security.md)"
_REMEDIES = {
    401: f"the proxy may drop headers, or ask for a login: {_PASS_ON}",
    429: "wait a minute and run doctor again",
    502: "the proxy does not reach the bridge: start one with number-orders bridge",
    503: "start a bridge with number-orders bridge, or look at its log",
    504: "the proxy does not reach the bridge in time: look at its log",
}


async def bridge(
    url: str, keys: CallbackKeys, store: str | None, namespace: str | None
) -> Findings:
    """Knock with each key and with a wrong token; store and namespace should be as here."""
    findings: list[Finding] = []
    clock: Findings = []
    async with client() as http:
        try:
            for kid in keys.keys:
                probe = keys.probe(kid)
                began = time.time()
                response = await _post(http, f"{url}{probe.path}", probe)
                answer = _read(response)
                if answer is None or not hmac.compare_digest(answer.proof, keys.proof(probe)):
                    findings.append(_no_answer(url, kid, response))
                    continue
                findings += _itself(url, kid, answer, store, namespace)
                at = answer.at.timestamp()
                ahead = at - min(max(at, began), time.time())
                clock = clock_compared("bridge clock", timedelta(seconds=ahead))
            findings.append(await _wrong_token(http, url, keys))
        except httpx.HTTPError as error:
            return [fail("bridge", f"{url} {failure(error)}", "start it: number-orders bridge")]
    return [*findings, *clock]


async def _wrong_token(http: httpx.AsyncClient, url: str, keys: CallbackKeys) -> Finding:
    # One that is right for another probe.
    probe = keys.probe(next(iter(keys.keys)))
    path = f"{probe.path.rpartition('/')[0]}/{keys.probe(probe.kid).token}"
    response = await _post(http, f"{url}{path}", probe)
    if response.status_code == httpx.codes.NOT_FOUND:
        return ok("bridge address", "a wrong one is refused (404)")
    return fail(
        "bridge address",
        f"a wrong one is answered {response.status_code}: something in front answers by itself, and"
        " callbacks could get lost",
        _PASS_ON,
    )


async def _post(http: httpx.AsyncClient, url: str, probe: Callback) -> httpx.Response:
    return await http.post(url, json={"status": "probe"}, headers={"X-Push-Secret": probe.secret})


def _read(response: httpx.Response) -> ProbeAnswer | None:
    if response.status_code != httpx.codes.OK:
        return None
    try:
        return ProbeAnswer.model_validate_json(response.content)
    except ValidationError:
        return None


def _no_answer(url: str, kid: str, response: httpx.Response) -> Finding:
    code = response.status_code
    if code == httpx.codes.OK:
        found, remedy = "something else than our bridge answers 200", _PASS_ON
    elif code == httpx.codes.NOT_FOUND and _is_ours(response):
        found, remedy = f"this bridge does not have the key {kid}", _SAME_KEYS
    else:
        found, remedy = f"the answer to a signed probe is {code}", _REMEDIES.get(code, _PASS_ON)
    return fail("bridge", f"{url}: {found}", remedy)


def _is_ours(response: httpx.Response) -> bool:
    """Whether a refusal has the form of our bridge's."""
    try:
        return list(json.loads(response.content)) == ["status"]
    except ValueError:
        return False


def _itself(
    url: str, kid: str, answer: ProbeAnswer, store: str | None, namespace: str | None
) -> Findings:
    build = f", build {answer.build_id}" if answer.build_id else ""
    findings = []
    if not answer.temporal_reachable:
        findings.append(
            fail(
                "bridge",
                "it does not reach Temporal; it keeps callbacks meanwhile",
                "check its TEMPORAL_* settings and its network",
            )
        )
    if namespace is not None and answer.namespace != namespace:
        findings.append(
            fail(
                "bridge",
                f"it hands callbacks to the namespace {answer.namespace}, not to {namespace}",
                "give both the same TEMPORAL_* settings",
            )
        )
    if answer.store is None:
        findings.append(
            fail(
                "bridge",
                "it cannot write to its evidence store, or not in time",
                "check its STORE_URL, credentials and rights",
            )
        )
    elif store is not None and answer.store != store:
        findings.append(
            fail(
                "bridge",
                f"it uses another evidence store ({answer.store}) than this command ({store})",
                "give both the same STORE_URL",
            )
        )
    if not answer.secret_arrived:
        findings.append(warn("bridge", "the header X-Push-Secret does not reach it", _PASS_ON))
    return findings or [
        ok(
            "bridge",
            f"{url} answers a probe signed with {kid} (version {answer.version}{build}); it reaches"
            " Temporal and its store",
        )
    ]
