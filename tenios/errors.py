"""What can go wrong between us and TENIOS.

    TeniosError
    ├── NotSent                 no connection came about
    ├── NotExecuted             TENIOS answered that it did nothing
    │   ├── CredentialsRefused    wrong access key, or our address is not allowed
    │   ├── MethodUnknown         TENIOS_BASE_URL leads somewhere else
    │   ├── Throttled             too many calls
    │   └── RequestRefused        something in the request is wrong
    └── OutcomeUnknown          it may have reached TENIOS and taken effect
        ├── NoAnswer              time limit, reset, broken connection
        ├── ServerFailed          a 5xx
        └── UnreadableAnswer      an answer that says neither yes nor no

Each answers the two questions that matter: may the call have taken effect
(`may_have_taken_effect`), and who can fix it (`fixed_by`). No message contains the access key, the
document or an address: what TENIOS wrote is kept in attributes of `RequestRefused` alone.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar


class FixedBy(StrEnum):
    """Who can make the call succeed."""

    TIME = "time"
    """Nobody has to do anything: the same call may succeed later."""
    SETTINGS = "settings"
    """Whoever runs the worker: the key, the base URL, the allowed addresses. Then the same call."""
    REQUESTER = "requester"
    """Whoever ordered: another address, document or number. The same call fails again."""
    INVESTIGATION = "investigation"
    """A person has to find out from TENIOS what happened before anything is sent again."""


class TeniosError(Exception):
    """Anything that kept a call from succeeding."""

    may_have_taken_effect: ClassVar[bool]
    fixed_by: ClassVar[FixedBy]


class NotSent(TeniosError):
    """Provably nothing was sent: no connection to TENIOS came about."""

    may_have_taken_effect = False
    fixed_by = FixedBy.TIME


class NotExecuted(TeniosError):
    """TENIOS answered that it did nothing."""

    may_have_taken_effect = False


class CredentialsRefused(NotExecuted):
    """`BAD_CREDENTIALS` or 403: the key is wrong, or the portal does not allow our address."""

    fixed_by = FixedBy.SETTINGS


class MethodUnknown(NotExecuted):
    """404: this address has no such method."""

    fixed_by = FixedBy.SETTINGS


class Throttled(NotExecuted):
    """429: nothing is documented, but that status says by definition that nothing was done."""

    fixed_by = FixedBy.TIME


class RequestRefused(NotExecuted):
    """TENIOS names an error in the request."""

    fixed_by = FixedBy.REQUESTER

    def __init__(self, error_code: str, message: str, fields: Sequence[str]) -> None:
        named = f", fields: {', '.join(fields)}" if fields else ""
        super().__init__(f"TENIOS refused the request: {error_code}{named}")
        self.error_code = error_code
        self.message = message
        """TENIOS' own words; may repeat what was sent, so keep it out of logs."""
        self.fields = tuple(fields)


class OutcomeUnknown(TeniosError):
    """The call may have reached TENIOS and taken effect."""

    may_have_taken_effect = True
    fixed_by = FixedBy.INVESTIGATION


class NoAnswer(OutcomeUnknown):
    """Something may have been sent, and no whole answer came back."""


class ServerFailed(OutcomeUnknown):
    """A 5xx: TENIOS, or something before it, failed at an unknown point."""


class UnreadableAnswer(OutcomeUnknown):
    """An answer that is neither a documented success nor a documented refusal."""
