"""Addresses of pages in Temporal's Web UI, for everything that people read."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True)
class WebUi:
    """The Web UI, as people reach it, and the namespace that they look at."""

    root: str
    """Where its pages begin, without a slash at the end."""
    namespace: str

    @classmethod
    def of(cls, url: str | None, namespace: str) -> "WebUi | None":
        """The Web UI at the URL of `TEMPORAL_UI_URL`; `None` without one: there are no links."""
        return None if url is None else cls(url, namespace)

    def order(self, workflow_id: str) -> str:
        """An order's page.

        It names no run, so that it shows the current one, however late somebody opens it.
        """
        return f"{self._workflows}/{_quoted(workflow_id)}"

    def orders(self, query: str) -> str:
        """The list of what a query of Temporal's visibility finds."""
        return f"{self._workflows}?query={_quoted(query)}"

    @property
    def _workflows(self) -> str:
        return f"{self.root}/namespaces/{_quoted(self.namespace)}/workflows"


def _quoted(text: str) -> str:
    # All of it: a mail program or a terminal ends a link at a quote, a bracket or a blank.
    return quote(text, safe="")
