"""What people are told in one clear line, without a stack trace."""


class UserError(Exception):
    """Says what is wrong, where, and what to do. Ends a command with `exit_code`."""

    exit_code = 1


class UsageError(UserError):
    """Something that was typed or set is missing or malformed."""

    exit_code = 2


class TemporalAway(UserError):
    """Temporal cannot be reached at the moment."""


class StoreFailedError(OSError):
    """The evidence store failed, or did not answer in time.

    The message is ours and may be shown: the words of the store's library may repeat credentials.
    """
