"""Logging for a process: one line an event, to standard error."""

import logging


def configure() -> None:
    """Log our own messages from INFO, other packages' from WARNING.

    httpx and uvicorn would otherwise log URLs, and a callback's URL carries its token.
    """
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # What these complain about we report ourselves; Apprise would write out URLs with credentials.
    for theirs in ("apprise", "pypdf"):
        logging.getLogger(theirs).setLevel(logging.CRITICAL)
    for ours in ("activities", "bridge", "runtime", "sandbox", "starters", "worker"):
        logging.getLogger(ours).setLevel(logging.INFO)
