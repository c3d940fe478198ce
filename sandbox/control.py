"""The sandbox's own control API and page, under `/_sandbox/`."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from number_orders.sandbox.behaviour import Behaviour
from number_orders.sandbox.state import LARGEST_ID, Decision, State, Table

_templates = Jinja2Templates(Path(__file__).parent / "templates")

_SHOWN: tuple[Table, ...] = ("verifications", "orders", "ledger")
_ROWS_A_PAGE = 100
_DECISIONS: dict[str, Decision] = {"approve": "approved", "reject": "rejected"}


class Control:
    """What tests and people use to look at the sandbox and to play TENIOS' service team."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        """The control API's routes, below `/_sandbox`."""
        return [
            Route("/", self.page),
            Route("/ledger", self._table("ledger")),
            Route("/verifications", self._table("verifications")),
            Route("/orders", self._table("orders")),
            Route("/pushes", self._table("pushes")),
            Route("/verifications/{id}/{decision:str}", self.decide, methods=["POST"]),
            Route("/orders/{id:int}/complete", self.complete, methods=["POST"]),
            Route("/behaviours", self.behave, methods=["POST"]),
            Route("/behaviours", self.behave_well, methods=["DELETE"]),
        ]

    async def page(self, request: Request) -> Response:
        """A page for a person: each table by pages, newest first, `?orders=2` for the second."""
        tables: dict[str, Any] = {name: self._part(request, name) for name in _SHOWN}
        return _templates.TemplateResponse(request, "page.html", tables)

    def _part(self, request: Request, name: Table) -> dict[str, Any]:
        pages = max(1, -(-self._state.count(name) // _ROWS_A_PAGE))
        asked = request.query_params.get(name, "1")
        page = min(int(asked), pages) if re.fullmatch("[1-9][0-9]{0,8}", asked) else 1
        links = {
            other: request.url.include_query_params(**{name: other}).query
            for other in (page - 1, page + 1)
            if 1 <= other <= pages
        }
        rows = self._state.newest_rows(name, _ROWS_A_PAGE, (page - 1) * _ROWS_A_PAGE)
        return {"rows": rows, "page": page, "pages": pages, "links": links}

    async def decide(self, request: Request) -> Response:
        """`POST /verifications/<id>/approve` or `/reject`."""
        decision = _DECISIONS.get(request.path_params["decision"])
        if decision is None:
            return JSONResponse({"error": "approve or reject"}, 404)
        return _done(request, self._state.decide(request.path_params["id"], decision))

    async def complete(self, request: Request) -> Response:
        """`POST /orders/<id>/complete`: complete an order now, and push."""
        order_id = request.path_params["id"]
        return _done(request, order_id <= LARGEST_ID and self._state.complete(order_id))

    async def behave(self, request: Request) -> Response:
        """`POST /behaviours`: a `Behaviour` for the next calls of a path."""
        try:
            self._state.add_behaviour(Behaviour.model_validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse(json.loads(error.json(include_input=False)), 422)
        return JSONResponse({"status": "queued"}, 201)

    async def behave_well(self, _: Request) -> Response:
        """`DELETE /behaviours`: forget every behaviour that was told."""
        self._state.forget_behaviours()
        return JSONResponse({"status": "forgotten"})

    def _table(self, name: Table) -> Callable[[Request], Awaitable[Response]]:
        async def show(_: Request) -> Response:
            return JSONResponse(self._state.rows(name))

        return show


def _done(request: Request, done: bool) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        # Back to the page of the tables that the button is on.
        query = urlsplit(request.headers.get("referer", "")).query
        return RedirectResponse(f"/_sandbox/?{query}" if query else "/_sandbox/", 303)
    return JSONResponse({"done": done}, 200 if done else 409)
