"""What an order asks about the verification that another one has checked."""

from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import Field
from temporalio import activity

from number_orders.workflows.activity_interface import VerifiedData
from number_orders.workflows.models import ApprovedVerification, Model


class LookForVerification(Model):
    """Look what became of the verification that an order waits for."""

    workflow_id: str
    """Of the order that has it checked."""
    data: VerifiedData
    store_id: str


class VerificationFound(Model):
    """The evidence store has an approved verification of the same address and area code."""

    kind: Literal["found"] = "found"
    verification: ApprovedVerification


class VerificationPending(Model):
    """It is still to come."""

    kind: Literal["pending"] = "pending"


class NoVerification(Model):
    """None is coming any more."""

    kind: Literal["none"] = "none"
    reason: str


LookedForVerification = Annotated[
    VerificationFound | VerificationPending | NoVerification, Field(discriminator="kind")
]


class VerificationActivities(ABC):
    """What an order asks about other orders' verifications."""

    @activity.defn
    @abstractmethod
    async def look_for_verification(self, request: LookForVerification) -> LookedForVerification:
        """Look in the evidence store, and whether the order that has it checked is still there."""
