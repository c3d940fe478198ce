"""The namespace that orders live in, and the search attributes that it needs."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client
from temporalio.common import SearchAttributeIndexedValueType as Kind
from temporalio.service import RPCError, RPCStatusCode

from number_orders.workflows.contract import SEARCH_ATTRIBUTES

Attributes = Mapping[str, Kind]

RETENTION = timedelta(days=90)
"""How long a new namespace keeps ended orders: starting a location again returns its order."""

WANTED: Attributes = {key.name: key.indexed_value_type for key in SEARCH_ATTRIBUTES}

_NO_ADMINISTRATION = (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED)


class AdministrationRefused(Exception):
    """The server lets nobody, or not us, change namespaces and search attributes by API."""


async def retention(client: Client) -> timedelta | None:
    """How long ended orders are kept; `None` if the namespace does not exist."""
    try:
        answer = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return answer.config.workflow_execution_retention_ttl.ToTimedelta()


async def create(client: Client, kept: timedelta) -> None:
    """Create the namespace, unless it is there.

    Raises:
        AdministrationRefused: The server lets nobody, or not us, do so.
    """
    request = RegisterNamespaceRequest(
        namespace=client.namespace, workflow_execution_retention_period=_duration(kept)
    )
    try:
        await client.workflow_service.register_namespace(request)
    except RPCError as error:
        # Another one may have been faster.
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise _refused(error) from None


async def set_retention(client: Client, kept: timedelta) -> None:
    """Change how long ended orders are kept.

    Raises:
        AdministrationRefused: The server lets nobody, or not us, do so.
    """
    config = NamespaceConfig(workflow_execution_retention_ttl=_duration(kept))
    try:
        await client.workflow_service.update_namespace(
            UpdateNamespaceRequest(namespace=client.namespace, config=config)
        )
    except RPCError as error:
        raise _refused(error) from None


async def registered(client: Client) -> Attributes | None:
    """The search attributes by name; `None` where the server does not list them to us."""
    try:
        answer = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
    except RPCError as error:
        if error.status in _NO_ADMINISTRATION:
            return None
        raise
    return {name: Kind(kind) for name, kind in answer.custom_attributes.items()}


async def missing(client: Client, present: Attributes | None) -> Attributes:
    """What is wanted and not `registered`; if that is not known, what the server does not take."""
    return {
        name: kind
        for name, kind in WANTED.items()
        if (not await usable(client, name) if present is None else name not in present)
    }


def of_another_type(present: Attributes) -> Attributes:
    """What is registered under a wanted name with a type that does not do; cannot be changed."""
    return {
        name: present[name] for name, kind in WANTED.items() if present.get(name, kind) is not kind
    }


def wanted(names: Iterable[str]) -> Attributes:
    """Names with the types that they should have."""
    return {name: WANTED[name] for name in names}


async def register(client: Client, attributes: Attributes) -> None:
    """Register search attributes.

    Raises:
        AdministrationRefused: The server lets nobody, or not us, do so.
    """
    request = AddSearchAttributesRequest(
        namespace=client.namespace,
        search_attributes={
            name: IndexedValueType.ValueType(kind) for name, kind in attributes.items()
        },
    )
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        raise _refused(error) from None


async def usable(client: Client, name: str) -> bool:
    """Whether the server takes a search attribute by now: it reads them only now and then."""
    try:
        await client.count_workflows(f"{name} IS NOT NULL")
    except RPCError as error:
        # The namespace itself may not be there yet.
        if error.status in {RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.NOT_FOUND}:
            return False
        raise
    return True


def described(attributes: Attributes) -> str:
    """Names with types, as an administrator needs them."""
    return ", ".join(f"{name} ({type_name(kind)})" for name, kind in attributes.items())


def type_name(kind: Kind) -> str:
    """A type as Temporal's own tools spell it: `Keyword`, `KeywordList`."""
    return "".join(part.capitalize() for part in kind.name.split("_"))


def _duration(kept: timedelta) -> Duration:
    duration = Duration()
    duration.FromTimedelta(kept)
    return duration


def _refused(error: RPCError) -> Exception:
    return AdministrationRefused() if error.status in _NO_ADMINISTRATION else error
