"""What stands in the evidence store about a verification."""

from dataclasses import dataclass

from pydantic import AwareDatetime

from number_orders.workflows.activity_interface import VerifiedData
from number_orders.workflows.models import (
    ApprovedVerification,
    LocationId,
    LongText,
    Model,
    Text,
    VerificationId,
)


class SubmittedEntry(Model):
    """What a verification is about, and for whom it came here first."""

    verification_id: VerificationId
    location_id: LocationId
    workflow_id: str
    country: str
    area_code: str | None = None
    address_fingerprint: str
    document_sha256: str | None = None
    """`None` if a person named it, whom TENIOS had given it outside of this system."""
    at: AwareDatetime

    def is_about(self, data: VerifiedData, address_fingerprint: str) -> bool:
        """Whether it is about this area code, and the address of this fingerprint."""
        return (self.area_code, self.address_fingerprint) == (data.area_code, address_fingerprint)


class DecidedEntry(Model):
    """Who said when that TENIOS approved it."""

    approved_by: Text
    approved_at: AwareDatetime


class RefusedEntry(Model):
    """Why no order may use it any more."""

    reason: LongText
    workflow_id: str
    at: AwareDatetime


class UseEntry(Model):
    """TENIOS took an order with it."""

    at: AwareDatetime


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
