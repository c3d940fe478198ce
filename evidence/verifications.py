"""What is known of verifications, for orders that come later and for people.

    verifications/<id>/submitted              what the verification is about; binds it to that
    verifications/<id>/decided                who said when that TENIOS approved it
    verifications/<id>/refused                TENIOS does not take it, or it is about two things
    verifications/<id>/used/<workflow id>     the orders that TENIOS took with it
    verifications/<id>/named/<workflow id>    the orders that are being placed with it, since a
                                              person named it, until TENIOS has answered
    addresses/<fingerprint>/<id>              the verifications of one address

Each is created once, and but for `named` for good. Of an id that is no plain name, its SHA-256
stands in the path. An address is never there: its fingerprint is keyed, and the key is in the same
store (docs/security.md).
"""

import asyncio
import hashlib
import re
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TypeVar

from pydantic import ValidationError

from number_orders.evidence.address_fingerprints import AddressFingerprints
from number_orders.evidence.store import EvidenceStore
from number_orders.evidence.verification_entries import (
    DecidedEntry,
    Examined,
    NamedEntry,
    RefusedEntry,
    SubmittedEntry,
    UseEntry,
    VerificationRecord,
)
from number_orders.workflows.activity_interface import (
    ApprovalSource,
    Found,
    OrderAnswer,
    OrderPlaced,
    OutcomeUnknown,
    PlaceOrder,
    Refused,
    VerifiedData,
)
from number_orders.workflows.messages import Completed, Placed
from number_orders.workflows.models import ApprovedVerification, Model

_FOLDER = "verifications"
_READ_AT_ONCE = 32

_Entry = TypeVar("_Entry", SubmittedEntry, DecidedEntry, RefusedEntry, NamedEntry)


class VerificationRecords:
    """The verifications that are recorded in one evidence store."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store
        self._addresses = AddressFingerprints(store)

    async def record_submitted(
        self, verification_id: str, data: VerifiedData, workflow_id: str
    ) -> None:
        """TENIOS has given a verification its id.

        One that it gave before, for other data, is about two things: nobody else may use it.
        """
        if not await self._bind(verification_id, data, workflow_id):
            await self._refuse(
                verification_id, "TENIOS gave its id to other data as well", workflow_id
            )

    async def examine(self, request: PlaceOrder, workflow_id: str) -> Examined:
        """Look, before an order is sent, whether it may use the verification that it has.

        TENIOS has approved the order's own. One that somebody named is held for the order's address
        and area code until `record_answer`, unless it is recorded, or held, for another one.
        """
        verification_id, approval = request.verification_id, request.approval
        if approval is None or approval.source is ApprovalSource.DECISION:
            return Examined()
        record = await self.record(verification_id)
        if record is not None:
            objection = await self.objection_to_record(record, request.data)
        elif await self._store.read(_key(verification_id, "submitted")) is not None:
            objection = (
                f"verification {verification_id} has no readable record in the evidence store"
            )
        elif approval.source is ApprovalSource.ANOTHER_NUMBER:
            objection = f"verification {verification_id} is not recorded"
        else:
            objection = await self._hold(verification_id, request.data, workflow_id)
        is_approved = record is not None and record.decided is not None
        if approval.source is ApprovalSource.ANOTHER_NUMBER and not is_approved:
            objection = objection or f"verification {verification_id} is not recorded as approved"
        return Examined(objection, is_approved=is_approved)

    async def objection_to_record(
        self, record: VerificationRecord, data: VerifiedData
    ) -> str | None:
        """Why no order of this address and area code may use a recorded verification."""
        submitted = record.submitted
        if not submitted.is_about(data.area_code, await self._addresses.fingerprint(data.address)):
            return (
                f"verification {submitted.verification_id} is recorded for another address or area"
                f" code, of location {submitted.location_id}"
            )
        if record.refused is not None:
            return (
                f"verification {submitted.verification_id} was refused before:"
                f" {record.refused.reason}"
            )
        return None

    async def record_answer(
        self, request: PlaceOrder, answer: OrderAnswer, workflow_id: str
    ) -> None:
        """What became of an order says something of its verification."""
        match answer.finding if isinstance(answer, Found) else answer:
            case OrderPlaced() | Placed() | Completed():
                await self.record_taken(request, workflow_id)
            case OutcomeUnknown():
                # TENIOS may have taken it.
                return
        await self.release(request, workflow_id)

    async def release(self, request: PlaceOrder, workflow_id: str) -> None:
        """The order does not use any more what a person named, or others can see that it did."""
        approval = request.approval
        if approval is not None and approval.source in {ApprovalSource.INPUT, ApprovalSource.NAMED}:
            await self._store.delete(_key(request.verification_id, f"named/{workflow_id}"))

    async def record_taken(self, request: PlaceOrder, workflow_id: str) -> None:
        """TENIOS has taken an order, which proves the approval of its verification."""
        verification_id, approval = request.verification_id, request.approval
        if approval is None:
            return
        if approval.source is ApprovalSource.DECISION:
            await self.record_submitted(verification_id, request.data, workflow_id)
        elif not await self._bind(
            verification_id,
            request.data.model_copy(update={"document_sha256": None}),
            workflow_id,
        ):
            # Its record is about something else, and what a person named must not spoil it.
            return
        decided = DecidedEntry(approved_by=approval.approved_by, approved_at=approval.approved_at)
        use = UseEntry(at=datetime.now(UTC))
        await asyncio.gather(
            self._create(verification_id, "decided", decided),
            self._create(verification_id, f"used/{workflow_id}", use),
        )

    async def record_refused(
        self, verification_id: str, refused: Refused, workflow_id: str
    ) -> None:
        """TENIOS does not take a verification any more, which was recorded as approved.

        Its words are not kept here, where other locations' people see them. They count only where
        they name the field: else they may be about the order.
        """
        if refused.is_about_verification and refused.fields:
            reason = f"TENIOS refused it with {refused.error_code}"
            await self._refuse(verification_id, reason, workflow_id)

    async def approved(self, data: VerifiedData) -> ApprovedVerification | None:
        """The verification of this address and area code that was approved last."""
        fingerprint = await self._addresses.fingerprint(data.address)
        keys = await self._store.list(f"addresses/{fingerprint}")
        records = await self._records([key.rpartition("/")[2] for key in keys])
        found = [
            record.approved
            for record in records
            if record is not None
            and record.submitted.is_about(data.area_code, fingerprint)
            and record.approved is not None
        ]
        return max(found, key=lambda one: one.approved_at, default=None)

    async def record(self, verification_id: str) -> VerificationRecord | None:
        """What is known of one verification; `None` if nothing is, or it cannot be read."""
        return await self._record(_name(verification_id))

    async def all(self) -> tuple[list[VerificationRecord], list[str]]:
        """All that are recorded, oldest first, and the keys of the records that nobody can read."""
        keys = await self._store.list(_FOLDER)
        paths = [PurePosixPath(key) for key in keys]
        submitted = [path for path in paths if path.match(f"{_FOLDER}/*/submitted")]
        records = await self._records([path.parent.name for path in submitted])
        readable = [record for record in records if record is not None]
        unreadable = [
            str(path) for path, record in zip(submitted, records, strict=True) if record is None
        ]
        return sorted(readable, key=lambda record: record.submitted.at), sorted(unreadable)

    async def _bind(self, verification_id: str, data: VerifiedData, workflow_id: str) -> bool:
        """Bind a verification to what it is about; whether it was not bound to anything else."""
        name, fingerprint = _name(verification_id), await self._addresses.fingerprint(data.address)
        there = await self._read(name, "submitted", SubmittedEntry)
        if there is None:
            # First, since nobody misses what is there too much.
            await self._store.create(f"addresses/{fingerprint}/{name}", b"")
            entry = SubmittedEntry(
                verification_id=verification_id,
                location_id=data.location_id,
                workflow_id=workflow_id,
                country=data.address.country,
                area_code=data.area_code,
                address_fingerprint=fingerprint,
                document_sha256=data.document_sha256,
                at=datetime.now(UTC),
            )
            if await self._create(verification_id, "submitted", entry):
                return True
            there = await self._read(name, "submitted", SubmittedEntry)
        return there is not None and there.is_about(data.area_code, fingerprint)

    async def _hold(self, verification_id: str, data: VerifiedData, workflow_id: str) -> str | None:
        """Keep others from using for another place what a person named; why it cannot be."""
        fingerprint = await self._addresses.fingerprint(data.address)
        own = f"named/{workflow_id}"
        held = NamedEntry(area_code=data.area_code, address_fingerprint=fingerprint)
        # It may be left from before a correction.
        await self._store.delete(_key(verification_id, own))
        await self._create(verification_id, own, held)
        name = _name(verification_id)
        folder = _key(verification_id, "named")
        for key in await self._store.list(folder):
            other = await self._read(name, key.removeprefix(f"{_FOLDER}/{name}/"), NamedEntry)
            if other is None or not other.is_about(data.area_code, fingerprint):
                await self._store.delete(_key(verification_id, own))
                return (
                    f"verification {verification_id} is named for another address or area code by"
                    f" {key.removeprefix(f'{folder}/')}"
                )
        return None

    async def _refuse(self, verification_id: str, reason: str, workflow_id: str) -> None:
        entry = RefusedEntry(reason=reason, workflow_id=workflow_id, at=datetime.now(UTC))
        await self._create(verification_id, "refused", entry)

    async def _records(self, names: list[str]) -> list[VerificationRecord | None]:
        at_once = asyncio.Semaphore(_READ_AT_ONCE)

        async def read(name: str) -> VerificationRecord | None:
            async with at_once:
                return await self._record(name)

        return await asyncio.gather(*map(read, names))

    async def _record(self, name: str) -> VerificationRecord | None:
        submitted = await self._read(name, "submitted", SubmittedEntry)
        if submitted is None or _name(submitted.verification_id) != name:
            return None
        used = f"{_FOLDER}/{name}/used/"
        return VerificationRecord(
            submitted,
            await self._read(name, "decided", DecidedEntry),
            await self._refusal(name),
            tuple(key.removeprefix(used) for key in await self._store.list(used.rstrip("/"))),
        )

    async def _refusal(self, name: str) -> RefusedEntry | None:
        """One that cannot be read is a refusal all the same."""
        refused = await self._read(name, "refused", RefusedEntry)
        if refused is None and await self._store.read(f"{_FOLDER}/{name}/refused") is not None:
            reason = "the entry in the evidence store cannot be read"
            return RefusedEntry(reason=reason, workflow_id="", at=datetime.now(UTC))
        return refused

    async def _create(self, verification_id: str, what: str, entry: Model) -> bool:
        key = _key(verification_id, what)
        return await self._store.create(key, entry.model_dump_json().encode())

    async def _read(self, name: str, what: str, kind: type[_Entry]) -> _Entry | None:
        content = await self._store.read(f"{_FOLDER}/{name}/{what}")
        if content is None:
            return None
        try:
            return kind.model_validate_json(content)
        except ValidationError:
            return None


def _key(verification_id: str, what: str) -> str:
    return f"{_FOLDER}/{_name(verification_id)}/{what}"


def _name(verification_id: str) -> str:
    """A verification in a path, whatever TENIOS, or a person, calls it."""
    if re.fullmatch("[a-z0-9][a-z0-9-]{0,62}", verification_id):
        return verification_id
    return hashlib.sha256(verification_id.encode()).hexdigest()
