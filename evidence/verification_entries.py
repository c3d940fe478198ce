"""What stands in the evidence store about a verification."""

from dataclasses import dataclass

from number_orders.workflows.field_types import LocationId, LongText, Moment, Text, VerificationId
from number_orders.workflows.models import ApprovedVerification, Model


class NamedEntry(Model):
    """For which place a person named a verification that the store does not know."""

    area_code: str | None = None
    address_fingerprint: str

    def is_about(self, area_code: str | None, address_fingerprint: str) -> bool:
        """Whether it is about this area code, and the address of this fingerprint."""
        return (self.area_code, self.address_fingerprint) == (area_code, address_fingerprint)


class SubmittedEntry(NamedEntry):
    """What a verification is about, and for whom it came here first."""

    verification_id: VerificationId
    location_id: LocationId
    workflow_id: str
    country: str
    document_sha256: str | None = None
    """`None` if a person named it, whom TENIOS had given it outside of this system."""
    at: Moment


class DecidedEntry(Model):
    """Who said when that TENIOS approved it."""

    approved_by: Text
    approved_at: Moment


class RefusedEntry(Model):
    """Why no order may use it any more."""

    reason: LongText
    workflow_id: str
    at: Moment


class UseEntry(Model):
    """TENIOS took an order with it."""

    at: Moment


@dataclass(frozen=True)
class Examined:
    """What speaks for and against a verification before an order is placed with it."""

    objection: str | None = None
    is_approved: bool = False
    """TENIOS has taken an order with it before."""


@dataclass(frozen=True)
class VerificationRecord:
    """All that is known of a verification."""

    submitted: SubmittedEntry
    decided: DecidedEntry | None
    refused: RefusedEntry | None
    used_by: tuple[str, ...]
    """Workflow ids."""

    @property
    def approved(self) -> ApprovedVerification | None:
        """As an order uses it; `None` if none may."""
        if self.decided is None or self.refused is not None:
            return None
        return ApprovedVerification(
            verification_id=self.submitted.verification_id,
            approved_by=self.decided.approved_by,
            approved_at=self.decided.approved_at,
        )
