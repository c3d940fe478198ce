"""What can go wrong between us and TENIOS.

    TeniosError
    ├── NotSent                 no connection came about
    ├── NotExecuted             TENIOS answered that it did nothing
    │   ├── CredentialsRefused    wrong access key, or our address is not allowed; or, if it
    │   │                         `is_ambiguous`, perhaps another identifier of the request
    │   ├── MethodUnknown         TENIOS_BASE_URL leads somewhere else
    │   ├── Throttled             too many calls
    │   └── RequestRefused        something in the request is wrong
    └── MayHaveTakenEffect      it may have reached TENIOS and taken effect
        ├── NoAnswer              time limit, reset, broken connection
        ├── ServerFailed          a 5xx, 408 or 499
        └── UnreadableAnswer      an answer that says neither yes nor no

The tree answers the question that matters: may the call have taken effect? No message contains the
access key, the document or an address, and none has a cause or context: other libraries' words
quote what they failed at. What TENIOS wrote is kept in `RequestRefused` alone, with all that
redacted.
"""

import re
from collections.abc import Sequence


class TeniosError(Exception):
    """Anything that kept a call from succeeding."""


class NotSent(TeniosError):
    """Provably nothing was sent: no connection to TENIOS came about."""


class NotExecuted(TeniosError):
    """TENIOS answered that it did nothing."""


class CredentialsRefused(NotExecuted):
    """401, 403 or `BAD_CREDENTIALS`: the key is wrong, or the portal does not allow our address."""

    def __init__(self, status: int, *, is_ambiguous: bool) -> None:
        doubt = (
            "; it may also mean another identifier of the request, such as the verification id"
            if is_ambiguous
            else ""
        )
        super().__init__(
            f"TENIOS does not accept the access key (status {status}): check TENIOS_ACCESS_KEY, and"
            f" in the portal the addresses allowed for it{doubt}"
        )
        self.is_ambiguous = is_ambiguous
        """Whether it may be another identifier, as one of TENIOS' pages has it for this code."""


class MethodUnknown(NotExecuted):
    """404 or 405: this address has no such method."""


class Throttled(NotExecuted):
    """429: nothing is documented, but that status says by definition that nothing was done."""


class RequestRefused(NotExecuted):
    """TENIOS names an error in the request."""

    def __init__(self, error_code: str, message: str, fields: Sequence[str]) -> None:
        named = f", fields: {', '.join(fields)}" if fields else ""
        super().__init__(f"TENIOS refused the request: {error_code}{named}")
        self.error_code = error_code
        self.message = message
        """TENIOS' own words, which may repeat a part of an address: keep them out of logs."""
        self.fields = tuple(fields)

    @property
    def is_about_verification(self) -> bool:
        """Whether a refused order has nothing wrong but its verification.

        The fields tell; where there are none, the code and TENIOS' words.
        """
        if self.fields:
            return all("verif" in name.lower() for name in self.fields)
        words = f"{self.error_code} {self.message}"
        return re.search("verif|approv", words, re.IGNORECASE) is not None


class MayHaveTakenEffect(TeniosError):
    """The call may have reached TENIOS and taken effect."""


class NoAnswer(MayHaveTakenEffect):
    """Something may have been sent, and no whole answer came back."""


class ServerFailed(MayHaveTakenEffect):
    """A 5xx, 408 or 499: TENIOS, or a proxy in front of it, failed at an unknown point."""


class UnreadableAnswer(MayHaveTakenEffect):
    """An answer that is neither a documented success nor a documented refusal."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(f"Status {status} {problem}")
        self.status = status

    @property
    def is_success(self) -> bool:
        """Whether its status is a 2xx: TENIOS took the call, so it must not be sent again."""
        return self.status // 100 == 2  # noqa: PLR2004 -- HTTP's class of successes
