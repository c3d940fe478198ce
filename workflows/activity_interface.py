"""What the workflow asks of the outside world; `activities/` does it.

Abstract here, so that workflow code names and types its activities without importing any I/O.
"""

from abc import ABC, abstractmethod

from temporalio import activity

from workflows.models import (
    Notification,
    OrderAnswer,
    PlaceOrder,
    SubmitVerification,
    VerificationAnswer,
)


class TeniosActivities(ABC):
    """Calls to TENIOS. Outcomes of the business are results; what may be retried is raised."""

    @activity.defn
    @abstractmethod
    async def submit_verification(self, request: SubmitVerification) -> VerificationAnswer:
        """Submit the address and its document for the manual check.

        May be retried freely: a second verification costs nothing, and the order waits for a
        decision about the one whose id it got.
        """

    @activity.defn
    @abstractmethod
    async def place_order(self, request: PlaceOrder) -> OrderAnswer:
        """Place the order, once per attempt, however often this runs."""


class NotificationActivities(ABC):
    """Messages to people."""

    @activity.defn
    @abstractmethod
    async def notify(self, notification: Notification) -> None:
        """Tell people; raises if a channel did not take it, so that it is tried again."""
