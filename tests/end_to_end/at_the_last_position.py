"""What a whole house tells of its present, and of the same moment looked back at: by its services and by its console.

The present is asked in the rights that a past moment gives, with a token as identity never signs it: so both are told
by the same policies, and every byte must be the same. Roles are asked with tokens of their own.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import product
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import jwt
import msgspec

from deploy.embedded.keys import IDENTITY, SIGNING_KEY
from deploy.topology import CONSOLE
from services.console.application import application
from services.console.frame.markup import only_looked_at
from services.console.pages import PAGES
from services.kernel.http.caller import ALGORITHM, AUDIENCE, Caller
from services.kernel.http.gate import Gate
from services.kernel.http.looking_back import ROLE
from services.kernel.settings import ProcessSettings, load_settings
from tests.architecture.make_table import routes
from tests.architecture.wired import definition_of
from tests.end_to_end.town import Town
from tests.services.looking_back import OF_NO_RECORD
from tests.support.running_service import lifespan_in_a_task

TELLING = ("tips", "rapid_assessment", "forensic_clinic", "prosecution")
"""The services that can be looked back at."""

AUDITOR, AGENCY = ("auditor",), "AG-PID"
IN_THE_PRESENT = (ROLE, "auditor")
LISTS = {
    "tips": ("/tips",),
    "rapid_assessment": ("/teams", "/drills"),
    "forensic_clinic": ("/exams", "/kits", "/census/matters", "/claims"),
    "prosecution": ("/cases",),
}
CLOCK = re.compile(r"/teams/of-tip/([^/]+)/clocks/([^/]+)")
NAMED = ("tip", "team", "drill", "exam", "kit", "matter", "claim", "case", "accused", "victim", "item")
"""What addresses name: what is new stops the comparison until it is known here how to find it."""

AT_ONCE = 6
NO_IDLE = httpx.Limits(max_keepalive_connections=0)
"""What is asked on a connection that a service closes at that moment, for being idle, is lost."""

SECOND = timedelta(seconds=1)

CONCEALED = frozenset(
    {
        # Whom the tip names.
        "named_accounts",
        # Who holds the advocate's seat or is asked to, until when they are certified, and who acted on that seat.
        "victim_advocate", "held_by", "proposed", "responder", "credential_until", "by",
        # Whom a drill paged for that seat, and by what.
        "missed", "carrier",
        # What somebody typed.
        "text", "reason", "document",
        # What is sealed in the clinic of an examination, and of what follows it.
        "steps", "codes", "step", "word", "code", "withdrawn_altogether_at", "outcome",
        "how", "when", "may_say", "never_say",
    }
)  # fmt: skip
"""Members of answers of which a role is told more in the present than an auditor who re-enacts it."""


class Place(NamedTuple):
    """A page or board of a service."""

    service: str
    path: str


Answer = tuple[int, bytes, str]
"""Status, body and version."""


class AtLast:
    """A house whose time stands but for a turn of the test's, asked as anybody."""

    def __init__(self, town: Town, http: httpx.AsyncClient) -> None:
        self.stack = town.stack
        self.account = uuid4()
        self._town = town
        self._http = http
        self._key = (town.stack.folder.secrets / IDENTITY / SIGNING_KEY).read_bytes()
        self._turn = asyncio.Semaphore(AT_ONCE)

    @property
    def now(self) -> datetime:
        return self._town.now

    def turn(self) -> Mapping[str, str]:
        """Time goes on, so that nothing more is recorded at what was the present, reads neither. How to ask for it."""
        then = self.now
        self._town.turn_to(then + SECOND)
        return {"as_of": then.isoformat()}

    def token(self, roles: Sequence[str], agency: str) -> str:
        times = {"iat": int(self.now.timestamp()), "exp": int((self.now + timedelta(hours=1)).timestamp())}
        claims = {"sub": str(self.account), "agency": agency, "roles": list(roles), "aud": AUDIENCE} | times
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    async def told(self, place: Place, roles: Sequence[str], agency: str = AGENCY, /, **asked: str) -> Answer:
        """Once it is ready."""
        headers = {"Authorization": f"Bearer {self.token(roles, agency)}"}
        url = f"{self.stack.url(place.service)}{place.path}"
        async with self._turn:
            answer = await self._http.get(url, params=asked, headers=headers)
            while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                answer = await self._http.get(url, params=asked, headers=headers)
        return answer.status_code, answer.content, answer.headers.get("etag", "")

    async def places(self, most: int | None = None) -> list[Place]:
        """Every page and board of the past, of every record there is, or of the `most` latest of each kind."""
        known = await self._known()
        few = {name: sorted(each)[:most] for name, each in known.items()}
        found = [place for service in TELLING for place in _paths(service, few)]
        clocks = [place for place in found if place.path.endswith("/clocks")]
        for place, (status, body, _) in zip(clocks, await self.all_told(clocks, IN_THE_PRESENT), strict=True):
            rules = sorted(_under("rule", msgspec.json.decode(body))) if status == httpx.codes.OK else []
            found += [Place(place.service, f"{place.path}/{rule}") for rule in rules]
        return found

    async def _known(self) -> Mapping[str, set[str]]:
        known: dict[str, set[str]] = {name: set() for name in NAMED}
        lists = [Place(service, path) for service, paths in LISTS.items() for path in paths]
        for _, body, _ in await self.all_told(lists, IN_THE_PRESENT):
            for name in NAMED:
                known[name] |= _under(name, msgspec.json.decode(body))
        cases = [
            Place("prosecution", f"/cases/{case}{part}") for case in sorted(known["case"]) for part in ("", "/evidence")
        ]
        for _, body, _ in await self.all_told(cases, IN_THE_PRESENT):
            for name in ("accused", "victim", "item"):
                known[name] |= _under(name, msgspec.json.decode(body))
        return known

    async def all_told(
        self, places: Sequence[Place], roles: Sequence[str], agency: str = AGENCY, /, **asked: str
    ) -> list[Answer]:
        """In their order."""
        return await asyncio.gather(*(self.told(place, roles, agency, **asked) for place in places))


def _paths(service: str, known: Mapping[str, Sequence[str]]) -> Iterator[Place]:
    definition = definition_of(service)
    gate, caller = Gate(definition.policies.read_text()), Caller(uuid4(), AGENCY, (ROLE,))
    for route in routes(definition):
        open_to = route.action is not None and gate.may_use(caller, route.action)
        names = re.findall(r"\{(\w+):\w+\}", route.path)
        if route.method != "GET" or not open_to or route.path in OF_NO_RECORD or "clock" in names:
            continue
        for values in product(*(known[name] for name in names)):
            filled = iter(values)
            yield Place(service, re.sub(r"\{[^}]*\}", lambda _, filled=filled: next(filled), route.path))  # type: ignore[misc]  # bound at once


def _under(name: str, said: Any) -> set[str]:
    """The words an answer has under this name, at any depth."""
    match said:
        case dict():
            own = {said[name]} if isinstance(said.get(name), str) else set()
            return own.union(*(_under(name, each) for each in said.values()))
        case list():
            return set().union(*(_under(name, each) for each in said))
        case _:
            return set()


class Reenacted(NamedTuple):
    """What a role holding no seat was told in the present, beside what is told to whoever re-enacts it.

    `shown` it both, `more` are the members of which the role is told more, with where it was, and `wrong` is where the
    re-enactment tells what the role is not told, or lacks a page that it has.
    """

    shown: int
    more: Mapping[str, Place]
    wrong: Sequence[Place]


def beside(places: Sequence[Place], live: Sequence[Answer], then: Sequence[Answer]) -> Reenacted:
    """Place by place."""
    shown, more, wrong = 0, dict[str, Place](), list[Place]()
    for place, present, past in zip(places, live, then, strict=True):
        if present[0] != past[0]:
            wrong.append(place)
        elif present[0] == httpx.codes.OK:
            shown += 1
            differing = set(_more(msgspec.json.decode(present[1]), msgspec.json.decode(past[1]), ""))
            more |= {name: place for name in differing if name}
            wrong += [place] if "" in differing else []
    return Reenacted(shown, more, wrong)


def _more(live: Any, then: Any, name: str) -> Iterator[str]:
    """The names of members that are null or empty in what is told of the past, and are not in the present.

    The empty name for any other difference: something that only the past tells, or tells otherwise.
    """
    match live, then:
        case dict(), dict() if live.keys() == then.keys():
            for each in live:
                yield from _more(live[each], then[each], each)
        case list(), list() if len(live) == len(then):
            for one, other in zip(live, then, strict=True):
                yield from _more(one, other, name)
        case _ if live == then:
            return
        case _, None | [] | "":
            yield name
        case _:
            yield ""


@asynccontextmanager
async def a_console(house: AtLast) -> AsyncIterator[httpx.AsyncClient]:
    """The console in this process, before the services of the house: whose session it is, the cookie says by roles."""
    settings = load_settings(house.stack.folder.settings / f"{CONSOLE.name}.json", ProcessSettings)
    services = _Sessions(house)
    app: Any = application(settings, list(PAGES), services)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with lifespan_in_a_task(app), httpx.AsyncClient(transport=transport, base_url=settings.origin) as http:
        yield http


class _Sessions(httpx.AsyncBaseTransport):
    """The services themselves, but that a session's token is of the roles its secret names."""

    def __init__(self, house: AtLast) -> None:
        self._house = house
        self._onward = httpx.AsyncHTTPTransport(limits=NO_IDLE)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/session/token":
            return await self._onward.handle_async_request(request)
        roles = request.headers["authorization"].removeprefix("Session ").split("+")
        until = (self._house.now + timedelta(minutes=60)).isoformat()
        token = self._house.token(roles, AGENCY)
        return httpx.Response(200, json={"token": token, "token_expires_at": until, "session_ends_at": until})

    async def aclose(self) -> None:
        await self._onward.aclose()


MAIN = re.compile(r"<main[^>]*>(.*)</main>", re.DOTALL)
OTHERWISE = re.compile(
    r' · <a href="/audit/cases/[^"]*/why[^"]*">[^<]*</a>'
    r'|</?a\b[^>]*>|<input type="hidden" name="(?:as_of|by)"[^>]*>| data-live| new(?=")|<b>New:</b> '
)
"""What a page of the past has otherwise: its links stay there or are left out, it asks why of each event, it stands
still, and what came by the latest event is marked. What is sent, it is without.
"""

BOARDS = ("/board", "/drills", "/follow-ups", "/claims", "/kit-decisions")
"""Not those that have something of their viewer's own: what is in their hands, what they are told, times they find."""

RECORDS = {
    ("rapid_assessment", "drills"): "/drills",
    ("forensic_clinic", "exams"): "/exams",
    ("forensic_clinic", "kits"): "/kits",
    ("prosecution", "cases"): "/court",
}
"""The pages of what is no case, by where a service has it."""
RECORD = re.compile(r"/(\w+)(/[0-9a-f-]{36})")


def pages_at(opened: Sequence[Place]) -> list[str]:
    """The console's pages of what services have."""
    found = [(each.service, matched) for each in opened if (matched := RECORD.fullmatch(each.path))]
    records = [RECORDS[service, of[1]] + of[2] for service, of in found if (service, of[1]) in RECORDS]
    tips = {each.path.split("/")[3] for each in opened if each.path.startswith("/teams/of-tip/")}
    clocks = [f"/cases/{of[1]}/clocks/{of[2]}" for each in opened if (of := CLOCK.match(each.path))]
    return [*BOARDS, *records, *sorted(f"/cases/{tip}" for tip in tips), *clocks]


async def page_of(console: httpx.AsyncClient, roles: Sequence[str], path: str, **asked: str) -> list[str]:
    """What the page tells, line by line."""
    answer = await console.get(path, params=asked, headers={"Cookie": f"session={'+'.join(roles)}"})
    found = MAIN.search(answer.text)
    assert answer.is_success, f"{path}: {answer.status_code} {answer.text[:500]}"
    assert found, path
    return OTHERWISE.sub("", only_looked_at(found[1])).splitlines()


async def pages_of(
    console: httpx.AsyncClient, roles: Sequence[str], paths: Sequence[str], /, **asked: str
) -> Mapping[str, list[str]]:
    """By their paths."""
    return {path: await page_of(console, roles, path, **asked) for path in paths}
