"""All checks, as a person or a program reads them."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer

from number_orders.administration.doctor.examination import Examination
from number_orders.administration.doctor.finding import Findings, Level, counted

_COLOURS = {
    Level.OK: typer.colors.GREEN,
    Level.WARN: typer.colors.YELLOW,
    Level.FAIL: typer.colors.RED,
    Level.SKIP: typer.colors.BRIGHT_BLACK,
}


def doctor(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for a program to read.")
    ] = False,
) -> None:
    """Check everything that orders need.

    It needs the settings of a worker, and ends with 1 if a check fails.
    """
    findings = asyncio.run(Examination().run())
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _show(findings)
    if any(finding.level is Level.FAIL for finding in findings):
        raise typer.Exit(1)


def _show(findings: Findings) -> None:
    for finding in findings:
        level = typer.style(f"{finding.level:<4}", fg=_COLOURS[finding.level])
        remedy = f"  -> {finding.remedy}" if finding.remedy else ""
        typer.echo(f"{level}  {finding.check:<17}  {finding.found}{remedy}")
    counts = {level: sum(f.level is level for f in findings) for level in Level}
    typer.echo(
        f"\n{counts[Level.FAIL]} failed, {counted(counts[Level.WARN], 'warning')},"
        f" {counts[Level.SKIP]} skipped, {counts[Level.OK]} ok"
    )
