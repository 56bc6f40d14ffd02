"""One person at one page: who they are, in which language, at what time; and the page they are answered with."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect
from litestar.routes import BaseRoute

from contracts.jurisdictions import Jurisdiction
from services.console.asking import Asking, Peers
from services.console.doorkeeper import Door
from services.console.doorsteps import Doorsteps
from services.console.frame.assets import Assets
from services.console.frame.forms import switched_in
from services.console.frame.kept import Keeper
from services.console.frame.names import Names
from services.console.frame.navigation import Item, items_for
from services.console.frame.on_call import OnCall, OnCallBoard
from services.console.frame.other import is_the_other, steps_of_the_other, with_differences
from services.console.frame.passing import Passing, shown
from services.console.frame.past import (
    HOUR,
    Bar,
    Here,
    Leads,
    Steps,
    ask_steps,
    bar_of,
    compared_moment,
    elsewhere,
    kept_in,
    leads_to,
    main_of,
    then,
)
from services.console.frame.seen_by import IN_COUNTY, SEEN_BY, kept_seeing, seen_by
from services.console.frame.standing import Standing, StandingBoard
from services.console.frame.times import Times
from services.console.frame.words import Words, language_of
from services.console.looking_back import COMPARED_WITH, Past, questions_of
from services.console.sessions import Sessions
from services.kernel.http.caller import PUBLIC, Caller
from services.kernel.http.gate import Gate, action_of
from services.kernel.http.looking_back import AS_OF, BY
from services.kernel.past.log import By
from services.kernel.settings import ProcessSettings
from services.kernel.time_source import TimeFile, TimeSource

LANGUAGE_COOKIE = "language"
YEAR_SECONDS = 365 * 24 * 60 * 60
PAGES = Path(__file__).parent.parent
BOARDS = ("/board", "/intake", "/clinic", "/calendar", "/kits", "/census", "/court", "/drills")
STEP = "step"
"""What the slider of a case's moments asks for: the number of one, from 1."""
STRAIGHT = 60
"""Seconds by which told time may be off the machine's before a page says so."""


class Told(msgspec.Struct, frozen=True):
    """How a demonstration's time differs from the machine's."""

    kind: str
    rate: float


@dataclass(frozen=True)
class House:
    """What every page is made with; one for the process."""

    settings: ProcessSettings
    time: TimeSource
    gate: Gate
    door: Door
    sessions: Sessions
    peers: Peers
    catalogue: Mapping[str, Words]
    templates: Environment
    assets: Assets
    names: Names
    on_call: OnCallBoard
    standing: StandingBoard
    keeper: Keeper
    doorsteps: Doorsteps
    tables: Jurisdiction

    @property
    def told(self) -> Told | None:
        """None where the house keeps the machine's own time."""
        file = self.settings.time_file
        if file is None:
            return None
        told = msgspec.json.decode(file.read_bytes(), type=TimeFile)
        if told.kind == "held":
            return Told("held", 0.0)
        off = abs((told.told - told.real).total_seconds()) if told.real else 0.0
        if told.rate == 1.0:
            return Told("shifted", 1.0) if off >= STRAIGHT else None
        return Told("scaled", told.rate)


@cache
def templates() -> Environment:
    """Everything a template writes is escaped, and a name that nobody gave it is a fault. Compiled once a process."""
    environment = Environment(
        loader=FileSystemLoader([PAGES / "pages", PAGES / "frame", PAGES / "timeline"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True}
    return environment


class Visit:
    """What a page's handler works with."""

    def __init__(self, house: House, request: Request[Any, Any, Any]) -> None:
        self.house = house
        self.request = request
        self.caller: Caller = getattr(request.state, "caller", PUBLIC)
        self.switched: str = switched_in(request)
        self.past: Past | None = getattr(request.state, "past", None)
        self.asking = Asking(
            house.peers,
            getattr(request.state, "token", ""),
            only_shows=bool(self.switched),
            as_of=questions_of(self.past) if self.past else {},
        )
        # On pages for everybody nobody is asked for, whoever sits there.
        self.stranger = Asking(house.peers, "", only_shows=bool(self.switched))
        chosen = self.switched or request.cookies.get(LANGUAGE_COOKIE)
        self.words = house.catalogue[language_of(chosen, request.headers.get("accept-language", ""))]
        self.present: datetime = house.time.now()
        self.now = self.past.moment if self.past else self.present
        comparing = self.past is not None and (self.past.against is not None or is_the_other())
        self.times = Passing(self.now, self.words) if comparing else Times(self.now, self.words)
        self._on_call: asyncio.Task[OnCall | None] | None = None
        self._steps: dict[UUID, Steps | None] = {}

    @property
    def secret(self) -> str:
        """The session's, from the cookie; empty where nobody is signed in."""
        return self.house.door.secret_in(self.request)

    @property
    def here(self) -> str:
        """The page the person is at, for coming back: where a form was sent to, the nearest page above."""
        if self.request.method == "GET":
            return self.asked
        path, pages = self.path, self.request.app.state.pages
        while path and not any(each.fullmatch(path) for each in pages):
            path = path.rpartition("/")[0]
        return path or "/"

    @property
    def path(self) -> str:
        """What was asked for. Of a request's whole URL one part, the host, is whatever its sender wrote."""
        return quote(str(self.request.scope["path"]), safe="/:@!$&'()*+,;=~")

    @property
    def asked(self) -> str:
        """The same with its query."""
        query = self.request.scope.get("query_string", b"").decode("latin-1")
        return f"{self.path}?{query}" if query else self.path

    @property
    def asked_then(self) -> list[tuple[str, str]]:
        """All that the address asks but with whose eyes."""
        return [each for each in self.request.query_params.multi_items() if each[0] not in {SEEN_BY, IN_COUNTY}]

    def count_sign_in(self) -> None:
        """One more try from this address to show who one is. Raises `TooManyRequests`."""
        self.house.doorsteps.sign_in.count(self.request)

    @cached_property
    def navigation(self) -> list[Item]:
        """The pages this person has in the present."""
        return items_for(self.house.gate, self.past.themselves if self.past else self.caller, self.path)

    def may(self, action: str) -> bool:
        """Whether a page shows its way to something; whether it is done is for the services to say."""
        return self.house.gate.may_use(self.caller, action)

    async def page(
        self, template: str, *, status: int = 200, of_case: UUID | None = None, span: timedelta = HOUR, **values: Any
    ) -> Response[Any]:
        """The page, with who is on call where this person may know it, and what does not work; of a past moment with
        the steps to others: those of a case, which is the page's where its address does not say so, else by `span`.
        """
        if self.past is not None:
            return await self._page_then(self.past, template, status, self._here(of_case or self._case, span), values)
        stalled = await self.house.standing.at(self.now, self.asking) if self.caller.account else None
        on_call = await self.who_is_on_call()
        return self.plain_page(template, status=status, on_call=on_call, stalled=stalled, **values)

    def then(self, path: str, moment: datetime, by: By) -> str:
        """The address of a page as of that moment."""
        return then(path, moment, by)

    @property
    def _case(self) -> UUID | None:
        return self.request.path_params.get("tip")

    async def _page_then(
        self, past: Past, template: str, status: int, here: Here, values: dict[str, Any]
    ) -> Response[Any]:
        steps = None
        if is_the_other():
            steps = steps_of_the_other(past)
            bar = bar_of(past, here, steps, Times(self.present, self.words), whole=True)
            return self.plain_page(template, status=status, bar=bar, **values)
        if here.case:
            steps = await self.steps_of(here.case, past)
        if address := elsewhere(past, here, steps, self.request.query_params.get(STEP, "")):
            return see_other(address)
        bar = bar_of(past, here, steps, Times(self.present, self.words), whole=status == 200)
        answer = self.plain_page(template, status=status, bar=bar, marked=True, **values)
        if past.against is not None and status == 200:
            moment, read = compared_moment(past, here, steps), Times(self.present, self.words)
            told = self.house.templates.get_template("compared.html")
            answer.content = await with_differences(answer.content, self.request, past, here, moment, steps, read, told)
        answer.content = shown(answer.content)
        return answer

    async def steps_of(self, case: UUID, past: Past) -> Steps | None:
        """Asked once for a page, since each time that they are told is put on record."""
        if case not in self._steps:
            self._steps[case] = await ask_steps(self.asking.of_the_present, case, past)
        return self._steps[case]

    def _here(self, case: UUID | None, span: timedelta = HOUR) -> Here:
        own = {AS_OF, BY, COMPARED_WITH, STEP}
        kept = [(name, each) for name, each in self.request.query_params.multi_items() if name not in own]
        return Here(self.path, kept, case, [board for board in BOARDS if self._leads(board) == "past"], span)

    def _leads(self, path: str) -> Leads:
        themselves = self.past.themselves if self.past else self.caller
        return leads_to(path, self.house.gate, self.request.app.state.ways, self.caller, themselves)

    async def who_is_on_call(self) -> OnCall | None:
        """Asked once for a page. One that asks much else may ask this at the same time."""
        if self._on_call is None:
            self._on_call = asyncio.create_task(self._ask_who_is_on_call())
        return await self._on_call

    async def _ask_who_is_on_call(self) -> OnCall | None:
        return await self.house.on_call.now(self.asking, self.caller, self.words) if self.may("see_on_call") else None

    def plain_page(
        self,
        template: str,
        *,
        status: int = 200,
        on_call: OnCall | None = None,
        stalled: Standing | None = None,
        bar: Bar | None = None,
        marked: bool = False,
        **values: Any,
    ) -> Response[str]:
        """The page without asking anybody anything: for when something is wrong. `marked` where what passes by itself
        may be marked in it.
        """
        if self.past is not None and bar is None:
            bar = bar_of(self.past, self._here(self._case), None, Times(self.present, self.words), whole=False)
        given = {
            "visit": self,
            "say": self.words.say,
            "count": self.words.count,
            "word": self.words.word,
            "times": self.times,
            "asset": self.house.assets.address,
            "form_token": self.house.door.form_token(self.secret),
            "demonstration": self.house.settings.data_kind == "demonstration",
            "told": self.house.told,
            "on_call": on_call,
            "stalled": stalled,
            "bar": bar,
            "typed": "",
            "seen_by": seen_by(self.past, self.house.gate, self.house.tables, self.words) if self.past else None,
        }
        text = self.house.templates.get_template(template).render(given | values)
        if self.past is not None:
            head, main, foot = main_of(text)
            text = f"{head}{kept_in(main, self.past.kept, self.path, self._leads)}{foot}"
            text = text if marked or is_the_other() else shown(text)
        answer = Response(text, status_code=status, media_type="text/html")
        if self.switched:
            answer.cookies.append(self.language_cookie(self.switched))
        if self.past is not None:
            answer.content = kept_seeing(text, self.past)
        return answer

    def language_cookie(self, language: str) -> Cookie:
        """It says nothing but the language."""
        secure = self.house.door.secure
        return Cookie(
            LANGUAGE_COOKIE, path="/", value=language, max_age=YEAR_SECONDS, httponly=True, samesite="strict",
            secure=secure,
        )  # fmt: skip


def pages_of(routes: Iterable[BaseRoute]) -> Sequence[re.Pattern[str]]:
    """What the addresses of pages look like: those that are answered to GET."""
    shown = (each.path for each in routes if "GET" in getattr(each, "methods", ()))
    return [re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path)) for path in shown]


def ways_of(routes: Iterable[BaseRoute]) -> Sequence[tuple[re.Pattern[str], str]]:
    """The same, each with what the gate is asked about it."""
    return [
        (page, action_of(handler))
        for route in routes
        for page in pages_of([route])
        for handler in getattr(route, "route_handlers", ())
        if "GET" in handler.http_methods
    ]


def see_other(path: str) -> Redirect:
    """After something was done: the browser asks for the page with GET, and a reload does nothing twice."""
    return Redirect(path, status_code=303)
