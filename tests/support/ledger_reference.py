"""What a ledger says, read by rules of the tests' own from the objects in its store."""

import json
import re
from collections.abc import Mapping
from typing import Any

from temporalio.testing import ActivityEnvironment

FOLDER = f"attempts/{ActivityEnvironment.default_info().workflow_id}"
"""Of the workflow in whose context a test has to run."""


class Ledger:
    """The objects of a store, at one time."""

    def __init__(self, objects: Mapping[str, bytes]) -> None:
        self._objects = objects

    def numbers(self) -> list[int]:
        """All attempts' numbers, the latest first."""
        ours = re.compile(rf"{re.escape(FOLDER)}/([0-9]{{6}}|[0-9]{{10}})\.(intent|outcome|late)")
        found = {int(match[1]) for key in self._objects if (match := ours.fullmatch(key))}
        return sorted(found, reverse=True)

    def entry(self, number: int) -> dict[str, Any]:
        """An attempt: its intent, what kind its outcome is, all that was said."""
        said = {what: self._content(number, what) for what in ("intent", "outcome", "late")}
        return {
            "intent": said["intent"],
            "outcome": said["outcome"] and said["outcome"]["kind"],
            "said": said["outcome"],
            "late": said["late"],
        }

    def is_not_placed(self, number: int) -> bool:
        """Whether a person's finding is the outcome, and says that there is no order."""
        return _finding(self.entry(number)) == "not_placed"

    def order_ids(self, number: int) -> set[str]:
        """What TENIOS answered to an attempt, first or late."""
        entry = self.entry(number)
        said = [entry["said"], entry["late"]]
        return {one["order_id"] for one in said if one and one["kind"] == "placed"}

    def answered_late(self) -> set[str]:
        """The orders that TENIOS answered after a person had found none, or another one."""
        return {
            entry["late"]["order_id"]
            for number in self.numbers()
            if (entry := self.entry(number))["late"]
            and entry["late"]["kind"] == "placed"
            and not (entry["outcome"] == "found" and _finding(entry) == "completed")
        }

    def answered_unsettled(self, lineage: str, settled: int, number: int) -> set[str]:
        """The orders that stand as outcomes, up to a number, and of which none is settled."""
        return {
            entry["said"]["order_id"]
            for one in self.numbers()
            if settled < one <= number
            and (entry := self.entry(one))["outcome"] == "placed"
            and (entry["intent"] or {}).get("lineage") == lineage
        }

    def given_back(self, lineage: str) -> set[str]:
        """The numbers that a lineage gave back."""
        ours = re.compile(rf"{re.escape(FOLDER)}/([0-9]+)\.{lineage}\.given_back")
        return {f"+{match[1]}" for key in self._objects if (match := ours.fullmatch(key))}

    def known(self, lineage: str, settled: int) -> tuple[int, str] | None:
        """The latest attempt that counts, and what a further run says of it."""
        found_none = False
        for number in self.numbers():
            entry = self.entry(number)
            answer = self._answer(entry, lineage)
            if answer is None:
                continue
            refuted = bool(
                entry["late"]
                and entry["late"]["kind"] == "placed"
                and entry["outcome"] == "found"
                and _finding(entry) == "not_placed"
            )
            if number > settled or refuted or (found_none and _names_an_order(entry, answer)):
                return number, answer
            if entry["outcome"] != "found" or _finding(entry) != "not_placed":
                return None
            found_none = True
        return None

    def _answer(self, entry: dict[str, Any], lineage: str) -> str | None:
        intent, outcome = entry["intent"], entry["outcome"]
        finding = _finding(entry)
        late = entry["late"] and entry["late"]["kind"]
        if intent is None and outcome is None and late is None:
            return None
        if intent and not intent["sends"]:
            own, outcome = intent["lineage"] == lineage, "found" if intent["found"] else "withdrawn"
            finding = intent["found"] and intent["found"]["finding"]["kind"]
        elif late == "placed" and (outcome is None or finding == "not_placed"):
            own, outcome = bool(intent) and intent["lineage"] == lineage, "placed"
        else:
            own = (intent or {}).get("lineage") == lineage
            own = own or (outcome == "found" and entry["said"]["lineage"] == lineage)
        if outcome == "not_sent":
            return None
        if own:
            return outcome or "unknown"
        if outcome in {"refused", "withdrawn"} or (outcome == "found" and finding == "not_placed"):
            return None
        return "unknown"

    def _content(self, number: int, what: str) -> dict[str, Any] | None:
        content = None
        for digits in (f"{number:06}", f"{number:010}"):
            content = (
                content if content is not None else self._objects.get(f"{FOLDER}/{digits}.{what}")
            )
        if content is None:
            return None
        return json.loads(content) if content else {"sends": True, "lineage": None, "kind": None}


def _finding(entry: dict[str, Any]) -> str | None:
    return entry["said"]["finding"]["kind"] if entry["outcome"] == "found" else None


def _names_an_order(entry: dict[str, Any], answer: str) -> bool:
    found = (entry["intent"] or {}).get("found") or entry["said"] or {}
    named = found.get("finding", {}).get("kind") in {"placed", "completed"}
    # Of an attempt that was found otherwise, people are told with the question about a later one.
    late = entry["outcome"] is None and (entry["late"] or {}).get("kind") == "placed"
    is_a_question = answer == "unknown" and (entry["outcome"] == "placed" or late or named)
    return answer == "placed" or is_a_question
