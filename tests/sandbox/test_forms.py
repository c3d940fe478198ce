"""Each form of an answer that the sandbox can be told to give, as our client understands it."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple, get_args

import httpx
import pytest
from pydantic import SecretStr

from number_orders.sandbox.app import create_app
from number_orders.sandbox.behaviour import AnswerForm
from number_orders.tenios import errors
from number_orders.tenios.client import TeniosClient
from tests.conftest import serving
from tests.support.answering import order_request, verification_request

KEY = "key-of-the-sandbox"
READABLE = [form for form in get_args(AnswerForm) if form not in {"html", "empty"}]


class ComposedSystem(NamedTuple):
    http: httpx.AsyncClient
    client: TeniosClient
    stranger: TeniosClient
    """Has a wrong key."""

    async def behave(self, path: str, **behaviour: Any) -> None:
        content = {"path": path, **behaviour}
        (await self.http.post("/_sandbox/behaviours", json=content)).raise_for_status()

    async def approved(self) -> str:
        created = await self.client.create_verification(verification_request())
        await self.http.post(f"/_sandbox/verifications/{created.verification_id}/approve")
        assert created.verification_id is not None
        return created.verification_id


@pytest.fixture
async def system() -> AsyncIterator[ComposedSystem]:
    app = create_app(access_keys=frozenset({KEY}), state_file=None, auto_seconds=None)
    async with (
        serving(app) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as http,
        TeniosClient(base_url=url, access_key=SecretStr(KEY)) as client,
        TeniosClient(base_url=url, access_key=SecretStr("wrong-key")) as stranger,
    ):
        yield ComposedSystem(http, client, stranger)


@pytest.mark.parametrize("form", READABLE)
async def test_readable_forms(system: ComposedSystem, form: str) -> None:
    """Whatever servers make of an answer, all three methods' answers are read."""
    await system.behave("/verification/create", answer_form=form)
    verification_id = await system.approved()
    await system.behave("/number/order", answer_form=form)
    ordered = await system.client.order_number(order_request(verification_id=verification_id))
    [order] = (await system.http.get("/_sandbox/orders")).json()
    assert (ordered.order_id, order["verification_id"]) == (str(order["id"]), verification_id)
    await system.http.post(f"/_sandbox/orders/{order['id']}/complete")
    await system.behave("/number/cancel", answer_form=form)
    assert (await system.client.cancel_number(order["phone_number"])).cancellation_date


@pytest.mark.parametrize("behaviour", [{"answer_form": "html"}, {"answer_form": "empty"}])
async def test_unreadable_success(system: ComposedSystem, behaviour: dict[str, str]) -> None:
    """A success that nobody can read is none, and says that TENIOS took the call."""
    await system.behave("/verification/create", **behaviour)
    with pytest.raises(errors.UnreadableAnswer) as caught:
        await system.client.create_verification(verification_request())
    assert caught.value.is_success
    assert len((await system.http.get("/_sandbox/verifications")).json()) == 1


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize("flag", ["absent", "boolean", "text"])
async def test_refusals(system: ComposedSystem, form: str, flag: str) -> None:
    """A refusal is one in each of its forms, and its code and fields are read."""
    await system.behave(
        "/verification/create",
        refuse_status=400,
        refuse_code="INVALID_VALUE",
        refuse_fields=["zip"],
        success_flag=flag,
        answer_form=form,
    )
    with pytest.raises(errors.RequestRefused) as caught:
        await system.client.create_verification(verification_request())
    assert (caught.value.error_code, caught.value.fields) == ("INVALID_VALUE", ("zip",))
    assert caught.value.message == "As told"


@pytest.mark.parametrize("flag", ["boolean", "text"])
async def test_refusal_with_success_as_its_status(system: ComposedSystem, flag: str) -> None:
    """`"success": false` is a refusal although the status is 200."""
    await system.behave(
        "/number/order", refuse_status=200, refuse_code="INVALID_VALUE", success_flag=flag
    )
    with pytest.raises(errors.RequestRefused):
        await system.client.order_number(order_request())


@pytest.mark.parametrize(("form", "is_ambiguous"), [("403", False), ("400", True)])
async def test_wrong_key(system: ComposedSystem, form: str, is_ambiguous: bool) -> None:
    """The vendor's pages have two answers to a wrong key; one of them is no proof."""
    await system.behave("/verification/create", wrong_key_as=form)
    with pytest.raises(errors.CredentialsRefused) as caught:
        await system.stranger.create_verification(verification_request())
    assert caught.value.is_ambiguous is is_ambiguous


async def test_wrong_verification_as_a_wrong_key(system: ComposedSystem) -> None:
    """A wrong verification id may be answered as a wrong key is."""
    await system.behave("/number/order", wrong_verification_as="BAD_CREDENTIALS")
    with pytest.raises(errors.CredentialsRefused) as caught:
        await system.client.order_number(order_request())
    assert caught.value.is_ambiguous


@pytest.mark.parametrize("code", ["FIELD_IS_REQUIRED", "INVALID_JSON", "INVALID_FIELD"])
async def test_missing_field(system: ComposedSystem, code: str) -> None:
    """A missing field has the code that was told."""
    await system.behave("/verification/create", missing_field_as=code)
    with pytest.raises(errors.RequestRefused) as caught:
        await system.client.create_verification(verification_request(street=""))
    assert (caught.value.error_code, caught.value.fields) == (code, ("street",))


async def test_id_that_comes_with_the_approval(system: ComposedSystem) -> None:
    """A verification may be taken without its id, which the service team has."""
    await system.behave("/verification/create", without_id=True)
    created = await system.client.create_verification(verification_request())
    assert created.verification_id is None
    [verification] = (await system.http.get("/_sandbox/verifications")).json()
    await system.http.post(f"/_sandbox/verifications/{verification['id']}/approve")
    assert await system.client.order_number(order_request(verification_id=verification["id"]))


async def test_same_id_again(system: ComposedSystem) -> None:
    """A corrected submission may get the id of the one before; its check begins anew."""
    verification_id = await system.approved()
    await system.behave("/verification/create", same_verification_id=verification_id)
    created = await system.client.create_verification(verification_request())
    assert created.verification_id == verification_id
    [verification] = (await system.http.get("/_sandbox/verifications")).json()
    assert verification["decision"] is None
    with pytest.raises(errors.RequestRefused):
        await system.client.order_number(order_request(verification_id=verification_id))


@pytest.mark.parametrize("form", READABLE)
async def test_refusal_that_repeats_the_request(system: ComposedSystem, form: str) -> None:
    """An error that repeats the request gives away neither key, document nor address."""
    request = verification_request(street="Düsterstraße", zip="99999")
    await system.behave(
        "/verification/create",
        refuse_status=400,
        refuse_code="INVALID_VALUE",
        repeat_request=True,
        answer_form=form,
    )
    with pytest.raises(errors.RequestRefused) as caught:
        await system.client.create_verification(request)
    kept = f"{caught.value} {caught.value.message}"
    assert '"street": "***"' in kept
    for secret in (KEY, "sterstra", "99999", request.document_data.get_secret_value()[:12]):
        assert secret not in kept
    assert KEY not in str((await system.http.get("/_sandbox/ledger")).json())
