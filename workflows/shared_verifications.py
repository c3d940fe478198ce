"""What orders that share a verification ask about it."""

from abc import ABC, abstractmethod
from typing import Annotated, Literal

from pydantic import Field
from temporalio import activity

from number_orders.workflows.activity_interface import PlaceOrder, VerifiedData
from number_orders.workflows.models import ApprovedVerification, Model


class LookForVerification(Model):
    """Look what became of the verification that an order waits for."""

    workflow_id: str
    """Of the order that has it checked, or that looks."""
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


class RecordTaken(Model):
    """Record with which verification TENIOS has taken an order."""

    order: PlaceOrder
    order_id: str | None = None
    """By which TENIOS names it, if that is known."""


LookedForVerification = Annotated[
    VerificationFound | VerificationPending | NoVerification, Field(discriminator="kind")
]


class VerificationActivities(ABC):
    """One verification for several orders. TENIOS is asked nothing."""

    @activity.defn
    @abstractmethod
    async def look_for_verification(self, request: LookForVerification) -> LookedForVerification:
        """Look in the evidence store, and whether the order that has it checked is still there."""

    @activity.defn
    @abstractmethod
    async def record_taken(self, request: RecordTaken) -> bool:
        """Write into the evidence store that TENIOS has taken an order with its verification.

        `False`, and nothing is written, if the attempt ledger does not say that it was that one.
        """
