"""Logging for a process: one line an event, to standard error."""

import logging


def configure() -> None:
    """Log our own messages from INFO, other packages' from WARNING.

    httpx and uvicorn would otherwise log URLs, and a callback's URL carries its token.
    """
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for ours in ("activities", "bridge", "sandbox", "starters", "worker"):
        logging.getLogger(ours).setLevel(logging.INFO)
