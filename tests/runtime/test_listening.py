"""Where a service listens, or why it cannot."""

import asyncio
import socket
from pathlib import Path

import pytest

from tests.support.command import COMMAND, environment, run
from tests.support.until import LONG_ENOUGH_SECONDS


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("orders.invalid", r"Cannot listen on orders.invalid:0 ("),
        ("192.0.2.1", "Cannot listen on 192.0.2.1:0 (Cannot assign requested address): name an"),
        ("2001:db8::1", "Cannot listen on [2001:db8::1]:0 ("),
        ("a..b", "Cannot listen on a..b:0 (this is no host name): name an address"),
    ],
)
async def test_wrong_host(tmp_path: Path, host: str, says: str) -> None:
    """A host that is none of this machine's is named in one line with the system's reason."""
    ended = await run(tmp_path, "sandbox", "--host", host, "--port", "0")
    assert (ended.code, ended.output) == (1, "")
    assert says in ended.errors
    assert "Unknown error" not in ended.errors
    assert "name an address of this machine" in ended.errors
    assert ended.errors.count("\n") == 1


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize(
    ("host", "printed", "reachable"),
    [
        ("::1", "http://[::1]:", ["::1"]),
        ("[::1]", "http://[::1]:", ["::1"]),
        ("::", "http://[::]:", ["::1", "127.0.0.1"]),
    ],
)
async def test_ipv6(tmp_path: Path, host: str, printed: str, reachable: list[str]) -> None:
    """An IPv6 address is printed as it stands in a URL; all addresses are IPv4's too."""
    process = await asyncio.create_subprocess_exec(
        COMMAND, "sandbox", "--host", host, "--port", "0",
        cwd=tmp_path,
        env=environment({}),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        async with asyncio.timeout(LONG_ENOUGH_SECONDS):
            line = (await process.stdout.readline()).decode()
            assert printed in line
            for address in reachable:
                _, writer = await asyncio.open_connection(address, int(line.rpartition(":")[2]))
                writer.close()
    finally:
        process.terminate()
        await process.wait()
