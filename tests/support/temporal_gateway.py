"""TLS in front of a Temporal server, as a cluster with mTLS or Temporal Cloud have it.

A process of its own: gRPC's threads and those of Temporal's SDK do not end well together.
"""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

from tests.support.until import LONG_ENOUGH_SECONDS

_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
_OF_THIS_HOP = ("grpc-", "user-agent", "authorization")
_SERVICE = "/temporal.api.workflowservice.v1.WorkflowService/"
_WITHOUT_NAMESPACE = (f"{_SERVICE}GetSystemInfo", "/grpc.health.v1.Health/")
_ADMINISTRATION = (
    f"{_SERVICE}RegisterNamespace",
    f"{_SERVICE}UpdateNamespace",
    "/temporal.api.operatorservice.v1.OperatorService/",
)


@contextlib.asynccontextmanager
async def gateway(
    target: str,
    certificate: tuple[Path, Path],
    *,
    client_ca: Path | None = None,
    api_key: str | None = None,
    namespace: str | None = None,
) -> AsyncIterator[str]:
    """A gateway on a free port; yields its address.

    With a client CA it takes only clients with its certificates. With an API key it wants key and
    namespace in each call's metadata, and lets nobody change namespaces, as Temporal Cloud does.
    """
    options = {
        "--target": target,
        "--certificate": certificate[0],
        "--key": certificate[1],
        "--client-ca": client_ca,
        "--api-key": api_key,
        "--namespace": namespace,
    }
    given = [str(part) for option in options.items() if option[1] for part in option]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.temporal_gateway",
        *given,
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
        # It complains of each handshake that it refuses.
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            address = (await process.stdout.readline()).decode().strip()
        yield address
    finally:
        process.kill()
        await process.communicate()


class _Everything(grpc.GenericRpcHandler):
    """Passes every call on, or refuses it."""

    def __init__(self, upstream: grpc.aio.Channel, api_key: str | None, namespace: str) -> None:
        self._upstream = upstream
        self._api_key = api_key
        self._namespace = namespace

    def service(self, handler_call_details: Any) -> grpc.RpcMethodHandler:
        method: str = handler_call_details.method
        metadata = dict(handler_call_details.invocation_metadata)

        async def forward(request: bytes, context: Any) -> bytes:
            if self._api_key is not None:
                await self._guard(method, metadata, context)
            passed = [(k, v) for k, v in metadata.items() if not k.startswith(_OF_THIS_HOP)]
            call = self._upstream.unary_unary(method)
            try:
                return await call(request, metadata=passed, timeout=context.time_remaining())
            except grpc.aio.AioRpcError as error:
                trailing = tuple(error.trailing_metadata())
                await context.abort(error.code(), error.details(), trailing)
                raise

        return grpc.unary_unary_rpc_method_handler(forward)

    async def _guard(self, method: str, metadata: dict[str, Any], context: Any) -> None:
        if metadata.get("authorization") != f"Bearer {self._api_key}":
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "Request unauthorized.")
        needs_namespace = not method.startswith(_WITHOUT_NAMESPACE)
        if needs_namespace and metadata.get("temporal-namespace") != self._namespace:
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "Request unauthorized.")
        if method.startswith(_ADMINISTRATION):
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "Request unauthorized.")


async def _serve(arguments: argparse.Namespace) -> None:
    credentials = grpc.ssl_server_credentials(
        [(arguments.key.read_bytes(), arguments.certificate.read_bytes())],
        root_certificates=arguments.client_ca.read_bytes() if arguments.client_ca else None,
        require_client_auth=arguments.client_ca is not None,
    )
    server = grpc.aio.server(options=_UNLIMITED)
    async with grpc.aio.insecure_channel(arguments.target, options=_UNLIMITED) as upstream:
        server.add_generic_rpc_handlers(
            [_Everything(upstream, arguments.api_key, arguments.namespace)]
        )
        port = server.add_secure_port("127.0.0.1:0", credentials)
        await server.start()
        sys.stdout.write(f"127.0.0.1:{port}\n")
        sys.stdout.flush()
        await server.wait_for_termination()


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", required=True)
    parser.add_argument("--certificate", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--client-ca", type=Path)
    parser.add_argument("--api-key")
    parser.add_argument("--namespace", default="")
    asyncio.run(_serve(parser.parse_args()))


if __name__ == "__main__":
    _main()
