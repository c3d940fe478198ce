"""The sandbox's own control API and page, under `/_sandbox/`."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from sandbox.behaviour import Behaviour
from sandbox.state import Decision, State, Table

_templates = Jinja2Templates(Path(__file__).parent / "templates")

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
        """A page for a person."""
        tables = {
            name: list(reversed(self._state.rows(name)))[:100]
            for name in ("verifications", "orders", "ledger")
        }
        return _templates.TemplateResponse(request, "page.html", tables)

    async def decide(self, request: Request) -> Response:
        """`POST /verifications/<id>/approve` or `/reject`."""
        decision = _DECISIONS.get(request.path_params["decision"])
        if decision is None:
            return JSONResponse({"error": "approve or reject"}, 404)
        return _done(request, self._state.decide(request.path_params["id"], decision))

    async def complete(self, request: Request) -> Response:
        """`POST /orders/<id>/complete`: complete an order now, and push."""
        return _done(request, self._state.complete(request.path_params["id"]))

    async def behave(self, request: Request) -> Response:
        """`POST /behaviours`: a `Behaviour` for the next calls of a path."""
        try:
            self._state.add_behaviour(Behaviour.model_validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse(json.loads(error.json()), 422)
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
        return RedirectResponse("/_sandbox/", 303)
    return JSONResponse({"done": done}, 200 if done else 409)
