"""Fencing after a restore; tests/compose/test_restore.py shows what it keeps from happening."""

from pathlib import Path

from tests.support.command import run


async def test_a_store_that_is_no_orders(tmp_path: Path) -> None:
    """A folder that holds no orders is not fenced in silence, while the real store stays open."""
    (tmp_path / "var" / "evidence").mkdir(parents=True)
    fenced = await run(tmp_path, "fence")

    assert (fenced.code, fenced.output) == (1, "")
    assert "holds no object `identity`; nothing was fenced" in fenced.errors
    assert not list((tmp_path / "var" / "evidence").iterdir())
