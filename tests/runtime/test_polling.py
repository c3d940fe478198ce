"""Waiting for what nobody announces."""

import pytest

from number_orders.runtime.polling import NotYet, until


async def test_until() -> None:
    """It asks again until there is an answer; the time over, the last reason comes out."""
    reasons = iter(["first", "second"])

    async def look() -> str:
        for reason in reasons:
            raise NotYet(reason)
        return "there"

    assert await until(look, within_seconds=60, every_seconds=0) == "there"
    reasons = iter(["once"])
    with pytest.raises(NotYet, match="once"):
        await until(look, within_seconds=0)


async def test_anything_else_is_no_waiting() -> None:
    """What is not said to be waited for is raised at once."""

    async def look() -> None:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 -- it has no words
        await until(look, within_seconds=60)
