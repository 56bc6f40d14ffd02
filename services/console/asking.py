"""Asks the other services over HTTP, always in the name of whoever looks at the page. The console holds nothing."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec

from services.console.looking_back import OnlyLookedAt
from services.kernel.http.commands import AT_LEAST_HEADER
from services.kernel.http.problems import NotFound, Problem

T = TypeVar("T")

ANSWERS_WITHIN_SECONDS = 10.0
CONNECTIONS = 100
# Well below what a service keeps one open for (services/kernel/serving.py).
IDLE_SECONDS = 5.0
NOT_YET = "urn:muster:problem:not-yet"

_WORD = re.compile(r"[A-Za-z0-9_-]{1,64}")

Params = Mapping[str, str | int | list[str]]


class Refusal(Exception):
    """A service answered with a problem; after `retry_after` seconds, if it says so, it may not be one any more.

    `answer` is all it said, of which some say more than every problem does.
    """

    def __init__(self, problem: Problem, retry_after: str = "", answer: bytes = b"") -> None:
        super().__init__(problem.type)
        self.problem = problem
        self.retry_after = retry_after
        self._answer = answer

    def read(self, kind: type[T]) -> T:
        """What more it said; what `kind` does not name is passed over."""
        return msgspec.json.decode(self._answer or b"{}", type=kind)

    @property
    def status(self) -> int:
        """HTTP's number for it."""
        return self.problem.status

    @property
    def hidden(self) -> bool:
        """Absent, or not for these eyes: a page leaves it out."""
        return self.status in {403, 404}


class ShownAgain(Refusal):
    """Nothing was asked for: the form was sent for another language, to be shown in it as it was typed."""

    def __init__(self) -> None:
        super().__init__(Problem(type="urn:muster:problem:shown-again", title="", status=200, detail=""))


class Unreachable(Exception):
    """A service does not answer, or says that it cannot just now. What was sent may be sent again with its key."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


class NotYet(Unreachable):
    """A service puts together what it is asked for, and has it in a moment."""


class Stored(msgspec.Struct, frozen=True):
    """The answer to a command."""

    reference: UUID
    version: int
    position: int


class Taken(msgspec.Struct, frozen=True):
    """A file, and what a service says it is to be called."""

    content: bytes
    disposition: str


def at(*segments: UUID | str) -> str:
    """A path of another service from what stood in an address or a form. Raises `NotFound` for what is no word."""
    for each in segments:
        if isinstance(each, str) and not _WORD.fullmatch(each):
            raise NotFound
    return "".join(f"/{each}" for each in segments)


def new_key() -> str:
    """For a form: sent twice, it is done once."""
    return secrets.token_hex(16)


class Peers:
    """The other services by name."""

    def __init__(self, places: Mapping[str, str], client: httpx.AsyncClient) -> None:
        self._places = places
        self._client = client

    async def ask(self, method: str, service: str, path: str, **content: Any) -> httpx.Response:
        """Whatever the status. Raises `Unreachable`, also for a 503."""
        try:
            answer = await self._client.request(method, self._places[service] + path, **content)
        except httpx.TransportError as error:
            raise Unreachable(service) from error
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise (NotYet if problem_in(answer).type == NOT_YET else Unreachable)(service)
        return answer


@dataclass(frozen=True)
class Asking:
    """One person's questions and commands, with a token that holds for a minute; none where nobody is signed in.

    With `only_shows` no command leaves: what was sent is a form that is to be shown again. `as_of` is what every
    question says of the past moment it is about; nothing is commanded there.
    """

    peers: Peers
    token: str
    only_shows: bool = False
    as_of: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_the_present(self) -> "Asking":
        """For what a past moment has no answer of its own to."""
        return replace(self, as_of={})

    async def get(
        self, service: str, path: str, kind: type[T], params: Params | None = None, *, at_least: int = 0
    ) -> T:
        """What the service shows this person, read as `kind`; what `kind` does not name is passed over.

        Raises `Refusal`, `Unreachable`.
        """
        headers = self._headers() | ({AT_LEAST_HEADER: str(at_least)} if at_least else {})
        asked = {**(params or {}), **self.as_of}
        answer = await self.peers.ask("GET", service, path, headers=headers, params=asked or None)
        return _read(answer, kind)

    async def find(self, service: str, path: str, kind: type[T], params: Params | None = None) -> T | None:
        """The same; None for what is absent or not for these eyes."""
        try:
            return await self.get(service, path, kind, params)
        except Refusal as refusal:
            if refusal.hidden:
                return None
            raise

    async def post(
        self, service: str, path: str, body: object, kind: type[T], *, key: str, version: int | None = None
    ) -> T:
        """A command under the form's key, decided on the `version` the form was made from.

        Raises `Refusal`, `Unreachable`.
        """
        if self.only_shows:
            raise ShownAgain
        return await self._post(service, path, body, kind, key, version)

    async def look(self, service: str, path: str, body: object, kind: type[T]) -> T:
        """A question whose words belong in no address. Raises `Refusal`, `Unreachable`."""
        return await self._post(service, path, body, kind, new_key(), None)

    async def _post(self, service: str, path: str, body: object, kind: type[T], key: str, version: int | None) -> T:
        self._require_present()
        headers = self._headers() | {"Idempotency-Key": key, "Content-Type": "application/json"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = await self.peers.ask("POST", service, path, headers=headers, content=msgspec.json.encode(body))
        return _read(answer, kind)

    async def take(self, service: str, path: str, params: Params, body: object = None) -> Taken:
        """A file, of this moment: of a list, or of what the body says. Raises `Refusal`, `Unreachable`."""
        self._require_present()
        content = {} if body is None else {"json": body}
        answer = await self.peers.ask("POST", service, path, headers=self._headers(), params=params, **content)
        if not answer.is_success:
            raise Refusal(problem_in(answer))
        return Taken(answer.content, answer.headers.get("content-disposition", "attachment"))

    def _require_present(self) -> None:
        if self.as_of:
            raise OnlyLookedAt

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def problem_in(answer: httpx.Response) -> Problem:
    """What a service said went wrong."""
    try:
        return msgspec.json.decode(answer.content, type=Problem)
    except msgspec.MsgspecError:
        return Problem(type="urn:muster:problem:request", title="", status=answer.status_code, detail="")


def refusal_in(answer: httpx.Response) -> Refusal:
    """The same, to be raised."""
    return Refusal(problem_in(answer), answer.headers.get("Retry-After", ""), answer.content)


def _read(answer: httpx.Response, kind: type[T]) -> T:
    if not answer.is_success:
        raise refusal_in(answer)
    return msgspec.json.decode(answer.content, type=kind)
