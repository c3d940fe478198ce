"""What an operator does about an order that needs one, with nothing but the command."""

import json
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from number_orders.runtime.callback_keys import CallbackKeys
from number_orders.workflows.contract import TASK_QUEUE, WORKFLOW_TYPE
from tests.support.command import EXAMPLES, make_store, run, until_status
from tests.support.until import LONG_ENOUGH_SECONDS, until


async def test_corrected_resolved_and_cancelled(
    tmp_path: Path, development: dict[str, str]
) -> None:
    """A rejected order is corrected, an unknown one resolved, and a placed one cancelled."""
    settings = {"TEMPORAL_ADDRESS": development["Temporal"]}
    await run(tmp_path, "start", str(EXAMPLES / "cologne.json"), **settings)
    await until_status(tmp_path, settings, status="awaiting_approval")

    refused = await run(tmp_path, "resubmit", "koeln-01", "--street", "Hohe Strasse", **settings)
    assert (refused.code, refused.errors.count("\n")) == (1, 1)
    assert "only a rejected one can be corrected; nothing was changed" in refused.errors

    await run(tmp_path, "reject", "koeln-01", "--by", "ann", "--reason", "blurred", **settings)
    first = await until_status(tmp_path, settings, status="rejected")
    pdf = EXAMPLES / "proof-of-address.pdf"
    resubmitted = await run(
        tmp_path, "resubmit", "koeln-01", "--document", str(pdf), "--document-type", "CONTRACT",
        "--street", "Hohe Strasse", **settings,
    )  # fmt: skip
    assert (resubmitted.code, resubmitted.errors) == (0, "")
    order = await until_status(tmp_path, settings, status="awaiting_approval", rounds_left=3)
    assert order["earlier_verification_ids"] == [first["verification_id"]]

    async with httpx.AsyncClient(
        trust_env=False, base_url=development["TENIOS sandbox"], timeout=LONG_ENOUGH_SECONDS
    ) as team:
        await team.post(f"verifications/{order['verification_id']}/approve")
        await team.post("behaviours", json={"path": "/number/order", "after_accepting": "fail"})
        await run(tmp_path, "approve", "koeln-01", "--by", "ann", **settings)
        await until_status(tmp_path, settings, status="outcome_unknown")
        [at_tenios] = (await team.get("orders")).json()
        resolved = await run(
            tmp_path, "resolve", "koeln-01", "--placed", str(at_tenios["id"]), **settings
        )
        assert (resolved.code, resolved.errors) == (0, "")
        await until_status(tmp_path, settings, status="awaiting_completion")

        cancelled = await run(tmp_path, "cancel", "koeln-01", "--by", "ann", **settings)
        assert (cancelled.code, cancelled.errors) == (0, "")
        await team.post(f"orders/{at_tenios['id']}/complete")
    order = await until_status(tmp_path, settings, status="cancelled")
    assert order["reason"] == "cancelled by ann"

    late = await run(tmp_path, "cancel", "koeln-01", **settings)
    assert (late.code, late.errors.count("\n")) == (1, 1)
    assert "has ended" in late.errors


async def test_another_country(tmp_path: Path, development: dict[str, str]) -> None:
    """An unknown area code takes force; a rejected order moves to another country."""
    settings = {"TEMPORAL_ADDRESS": development["Temporal"]}
    start = ["start", str(EXAMPLES / "cologne.json"), "--area-code", "222"]
    refused = await run(tmp_path, *start, **settings)
    assert (refused.code, refused.errors.count("\n")) == (2, 1)
    assert "--area-code: is no German area code; Köln has 221" in refused.errors
    started = await run(tmp_path, *start, "--force", **settings)
    assert started.code == 0
    assert "Note: Area code 222 is no German area code; Köln has 221" in started.errors
    # TENIOS knows it no better.
    await until_status(tmp_path, settings, status="rejected")

    resubmit = ["resubmit", "koeln-01", "--by", "ann"]
    for arguments, says in (
        (["--area-code", "223"], "--area-code: is no German area code; Köln has 221"),
        (["--no-area-code", "--force"], "area_code: is missing; a German area code has"),
        (["--country", "Schweiz"], "--area-code: is missing, and numbers in Switzerland have one"),
        (["--zip", "1067"], "zip: a German zip has five digits"),
        (["--link-to-number", "221 1"], "link_to_number: cannot be told from other numbers"),
    ):
        refused = await run(tmp_path, *resubmit, *arguments, **settings)
        assert refused.code in {1, 2}
        assert says in refused.errors
    moved = await run(
        tmp_path, *resubmit, "--country", "Schweiz", "--city", "Zürich", "--zip", "8001",
        "--area-code", "+41 (0)44", "--link-to-number", "044 123 45 67", **settings,
    )  # fmt: skip
    assert (moved.code, moved.errors) == (0, "")
    order = await until_status(tmp_path, settings, status="awaiting_approval")
    assert (order["country"], order["area_code"]) == ("CH", "44")
    assert order["link_to_number"] == "+41441234567"


async def test_mistaken_rejection(tmp_path: Path, development: dict[str, str]) -> None:
    """A rejection by mistake is undone without a change, and what was typed is kept as one line."""
    settings = {"TEMPORAL_ADDRESS": development["Temporal"]}
    await run(tmp_path, "start", str(EXAMPLES / "cologne.json"), **settings)
    await until_status(tmp_path, settings, status="awaiting_approval")
    rejected = await run(
        tmp_path,
        "reject",
        "koeln-01",
        "--by",
        " an\u200bn\x1b[31m",
        "--reason",
        "a\n\tb",
        **settings,
    )
    assert rejected.code == 0, rejected.errors
    order = await until_status(tmp_path, settings, status="rejected")
    assert "rejected verification" in str(order["messages"])
    assert "by ann[31m: a b" in str(order["messages"])
    unchanged = await run(
        tmp_path,
        *("resubmit", "koeln-01", "--unchanged", "--reason", "rejected the wrong one"),
        **settings,
    )
    assert (unchanged.code, unchanged.errors) == (0, "")
    await until_status(tmp_path, settings, status="awaiting_approval")


async def test_something_else_was_started(tmp_path: Path, development: dict[str, str]) -> None:
    """What was started under an order's id and is none says so, and how to go on."""
    settings = {"TEMPORAL_ADDRESS": development["Temporal"]}
    client = await Client.connect(development["Temporal"])
    handle = await client.start_workflow(
        WORKFLOW_TYPE, {}, id="number-order:koeln-01", task_queue=TASK_QUEUE
    )
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    shown = await run(tmp_path, "status", "koeln-01", **settings)
    assert (shown.code, shown.errors) == (0, "")
    assert "Nothing goes on: This is no number order, and nothing was sent" in shown.output
    assert "Start an order with number-orders start" in shown.output
    assert "--again" not in shown.output
    cancelled = await run(tmp_path, "cancel", "koeln-01", **settings)
    assert (cancelled.code, "This is no number order" in cancelled.errors) == (1, True)


async def test_callbacks(tmp_path: Path, development: dict[str, str]) -> None:
    """A push for an order that nobody knows is listed, and replayed once the order is there."""
    settings = {"TEMPORAL_ADDRESS": development["Temporal"]}
    keys = CallbackKeys.parse((tmp_path / "var" / "bridge-keys").read_text())
    bridge = development["Webhook bridge"].removesuffix("/health/ready")
    async with httpx.AsyncClient(trust_env=False, timeout=LONG_ENOUGH_SECONDS) as tenios:
        answer = await tenios.post(
            bridge + keys.callback("number-order:koeln-01").path, json={"order_id": 7}
        )
    assert answer.status_code == 202
    listed = await _callbacks(tmp_path, settings, "dead")
    push_id = str(listed["id"])

    unknown = await run(tmp_path, "callbacks", "replay", push_id, **settings)
    assert (unknown.code, unknown.errors.count("\n")) == (1, 1)
    assert "Temporal knows no such order; the push stays where it is" in unknown.errors
    assert (await run(tmp_path, "callbacks", "replay", "nonsense", **settings)).code == 2

    await run(tmp_path, "start", str(EXAMPLES / "cologne.json"), **settings)
    replayed = await run(tmp_path, "callbacks", "replay", push_id, **settings)
    assert (replayed.code, replayed.errors) == (0, "")
    shown = await run(tmp_path, "status", "koeln-01", **settings)
    assert "it came before the order was placed" in shown.output
    empty = await run(tmp_path, "callbacks", **settings)
    assert (empty.code, "No pushes are kept" in empty.output) == (0, True)

    client = await Client.connect(development["Temporal"])
    await client.get_workflow_handle("number-order:koeln-01").terminate()
    shown = await run(tmp_path, "status", "koeln-01", **settings)
    assert "the workflow was terminated in Temporal" in shown.output
    listed_orders = await run(tmp_path, "list", **settings)
    assert "(terminated)" in listed_orders.output


async def _callbacks(folder: Path, settings: dict[str, str], place: str) -> dict[str, object]:
    async def is_kept() -> dict[str, object]:
        rows = json.loads((await run(folder, "callbacks", "--json", **settings)).output)
        assert [row["place"] for row in rows] == [place]
        return dict(rows[0])

    return await until(is_kept)


async def test_no_worker_for_a_command(
    tmp_path: Path, temporal: WorkflowEnvironment, location_id: str
) -> None:
    """Without a worker a command says so, and that it may still be carried out."""
    address = temporal.client.service_client.config.target_host
    settings = {"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": "deserted"}
    await make_store(tmp_path)
    unknown = await run(tmp_path, "cancel", "nowhere", **settings)
    assert (unknown.code, "There is no order" in unknown.errors) == (1, True)
    await run(
        tmp_path, "start", str(EXAMPLES / "cologne.json"), "--location-id", location_id, **settings
    )
    ended = await run(tmp_path, "cancel", location_id, **settings)
    assert (ended.code, ended.errors.count("\n")) == (1, 1)
    assert "No worker answers" in ended.errors
    assert "The command may still be carried out" in ended.errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["resolve", "a"], "say one of --placed"),
        (["resolve", "a", "--abandon", "--not-placed"], "say one of --placed"),
        (
            ["resolve", "a", "--completed", "O221 x"],
            "--completed: expected a phone number, such as",
        ),
        (["resubmit", "a", "--document", "x.pdf"], "--document and --document-type go together"),
        (["callbacks", "replay", "../../etc/passwd"], "expected one that number-orders callbacks"),
        (["callbacks", "reread", "--order", "a:2"], "an order's location is meant: a --number 2"),
        (["resubmit", "a", "--area-code", "x"], "--area-code: an area code has 1 to 6 digits"),
        (["resubmit", "a"], "nothing is changed, and TENIOS would reject it again"),
        (["resubmit", "a", "--unchanged"], "--unchanged needs --reason"),
        (["resubmit", "a", "--unchanged", "--reason", "r", "--zip", "50667"], "exclude each other"),
        (["resubmit", "a", "--no-link", "--link-to-number", "+49221123456"], "exclude each other"),
        (["resubmit", "a", "--link-to-number", "x"], "--link-to-number: expected a phone number"),
        (["resubmit", "a", "--country", "Austra"], "--country: is no country's code in ISO 3166"),
        (["resubmit", "a", "--no-area-code", "--area-code", "221"], "exclude each other"),
        (["resolve", "a", "--placed", "10 01"], "--placed: takes no blanks"),
        (["approve", "a", "--reason", "\u200b\x1b"], "--reason: is empty"),
        (["cancel", "a", "--by", "a" * 201], "--by: has more than 200 characters"),
        (["status", "number-order:a"], "an order's location is meant: a"),
        (["status", "a:2"], "an order's location is meant: a --number 2"),
        (["status", "a b"], "LOCATION_ID: a location id has letters, digits"),
        (["approve", "a\n"], "LOCATION_ID: a location id has letters, digits"),
        (["list", "--batch-id", "x' OR '"], "--batch-id: a batch id has letters, digits"),
    ],
)
async def test_wrong_use(tmp_path: Path, arguments: list[str], says: str) -> None:
    """What was typed wrong is said in one line, before anybody is asked."""
    ended = await run(tmp_path, *arguments, TEMPORAL_ADDRESS="127.0.0.1:1")
    assert (ended.code, ended.output, ended.errors.count("\n")) == (2, "", 1)
    assert says in ended.errors


async def test_another_store_than_the_workers(tmp_path: Path, development: dict[str, str]) -> None:
    """An order is not started with a store that the workers would refuse it for."""
    settings = {"TEMPORAL_ADDRESS": development["Temporal"]}
    await run(tmp_path, "start", str(EXAMPLES / "cologne.json"), **settings)
    await until_status(tmp_path, settings, status="awaiting_approval")
    await make_store(tmp_path / "elsewhere")
    elsewhere = (tmp_path / "elsewhere" / "var" / "evidence").as_uri()
    started = await run(
        tmp_path, "start", str(EXAMPLES / "berlin.json"), STORE_URL=elsewhere, **settings
    )

    assert (started.code, started.errors.count("\n")) == (1, 1)
    assert "STORE_URL: this command's evidence store" in started.errors
    orders = json.loads((await run(tmp_path, "list", "--json", **settings)).output)
    assert [order["WorkflowId"] for order in orders] == ["number-order:koeln-01"]
