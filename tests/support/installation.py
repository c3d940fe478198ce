"""All that orders need, running, and what `number-orders doctor` says of it."""

import json
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client

from tests.support.command import run

Settings = dict[str, str]
Found = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Installation:
    """A worker and a bridge that run, and the settings to look at them with."""

    folder: Path
    settings: Settings
    client: Client

    async def examined(self, **changes: str) -> tuple[int | None, Found]:
        """Exit code and findings by check, with some settings changed; no secret may be told."""
        settings = {**self.settings, **changes}
        ended = await run(self.folder, "doctor", "--json", **settings)
        assert ended.errors == ""
        for entry in settings.get("BRIDGE_KEYS", "").split(","):
            assert entry == "" or entry.partition(":")[2] not in ended.output
        found: Found = {}
        for finding in json.loads(ended.output):
            found.setdefault(finding["check"], []).append(finding)
        return ended.code, found
