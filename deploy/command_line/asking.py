"""How a command asks the running services: where they are, as whom, and what is said when they refuse."""

import contextlib
import os
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn, Self, TypeVar
from uuid import uuid4

import click
import httpx
import msgspec

from deploy.command_line.options import data_folder, data_option, json_option, print_json
from deploy.embedded.folder import Kind
from deploy.embedded.listening import ONLY_HERE, Told, read_told
from deploy.topology import SERVICES
from services.kernel.listening import BadCertificate

REFUSED = 1
NOT_RUNNING = 7
NOT_ALLOWED = 8
TOKEN = "MUSTER_TOKEN"  # noqa: S105, RUF100 - the name of a variable, no token
ANSWER_WITHIN_SECONDS = 30.0
NOT_SIGNED_IN = "urn:muster:problem:not-signed-in"
EXIT_CODES = {401: NOT_ALLOWED, 403: NOT_ALLOWED, 429: NOT_ALLOWED, 503: NOT_RUNNING}

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class Unanswered(Exception):
    """Why there is no answer: one sentence for a person, and the code the command ends with.

    `status` and `problem` are those of the HTTP answer, if there was one.
    """

    def __init__(self, sentence: str, exit_code: int, status: int = 0, problem: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_code = exit_code
        self.status = status
        self.problem = problem


@dataclass(frozen=True)
class Asked:
    """What the options of a command say: which folder, as whom, and in what form to answer."""

    data: Path | None
    demonstration: bool
    sign_in: str | None
    as_json: bool

    @property
    def folder(self) -> Path:
        """The data folder."""
        kind: Kind = "demonstration" if self.demonstration else "real"
        return data_folder(self.data, kind)


def asking_options(command: Decorated) -> Decorated:
    """Adds `--data`, `--demonstration`, `--sign-in` and `--json`."""
    for option in (
        json_option,
        click.option("--sign-in", metavar="NAME", help=f"Sign in as NAME; asks for passphrase and code. Else {TOKEN}."),
        click.option("--demonstration", is_flag=True, help="Ask the demonstration instead."),
        data_option,
    ):
        command = option(command)
    return command


class Services:
    """The services that run on one data folder, asked in one person's name. Use it as a context manager."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        # Proxies of the surroundings must not see a token that is for this machine.
        self._http = httpx.Client(verify=_asking(asked.folder), timeout=ANSWER_WITHIN_SECONDS, trust_env=False)
        self._token = ""
        self._session = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._sign_out()
        finally:
            self._http.close()

    def get(self, service: str, path: str, params: Mapping[str, str] | None = None) -> Any:
        """A question, in the caller's name. Raises `Unanswered`."""
        return self._in_name_of_caller(service, "GET", path, params=params)

    def post(
        self,
        service: str,
        path: str,
        body: object = None,
        *,
        within: float = ANSWER_WITHIN_SECONDS,
        version: int | None = None,
    ) -> Any:
        """A command, in the caller's name, with a key of its own; `within` seconds. Raises `Unanswered`.

        `version` is that of what it changes, as it was read.
        """
        headers = {"Idempotency-Key": uuid4().hex}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._in_name_of_caller(service, "POST", path, json=body, headers=headers, timeout=within)

    def hand_over(self, service: str, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """In nobody's name: what goes along says by whom it is. Raises `Unanswered`."""
        self._ask(service, "POST", path, content=body, headers={"Content-Type": "application/json", **headers})

    def _in_name_of_caller(
        self, service: str, method: str, path: str, headers: Mapping[str, str] = MappingProxyType({}), **more: Any
    ) -> Any:
        """A token lasts a minute: where that has passed, with a fresh one of the session."""
        try:
            return self._ask(service, method, path, headers={**headers, **self._as_caller()}, **more)
        except Unanswered as why:
            if why.problem != NOT_SIGNED_IN or not self._session:
                raise
        self._token = str(self._ask_session("POST", "/token", json={})["token"])
        return self._ask(service, method, path, headers={**headers, **self._as_caller()}, **more)

    def _as_caller(self) -> dict[str, str]:
        if not self._token:
            self._token = self._sign_in() if self._asked.sign_in else os.environ.get(TOKEN, "").strip()
        if not self._token:
            raise Unanswered(
                f"You are not signed in: add --sign-in with your sign-in name, or put a token into {TOKEN}.",
                NOT_ALLOWED,
            )
        return {"Authorization": f"Bearer {self._token}"}

    def _sign_in(self) -> str:
        self._told("identity")
        passphrase = click.prompt("Passphrase", hide_input=True, err=True)
        code = click.prompt("Code of your app, or a recovery code", err=True)
        body = {"sign_in_name": self._asked.sign_in, "passphrase": passphrase, "code": code}
        answer = self._ask("identity", "POST", "/sign-in", json=body)
        self._session = str(answer["session"])
        return str(answer["token"])

    def _sign_out(self) -> None:
        """What cannot be ended now ends by itself, half a day after signing in."""
        if self._session:
            with contextlib.suppress(Unanswered):
                self._ask_session("DELETE", "")

    def _ask_session(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Session {self._session}"}
        return self._ask("identity", method, f"/session{path}", headers=headers, **more)

    def _ask(self, service: str, method: str, path: str, **more: Any) -> Any:
        told = self._told(service)
        try:
            answer = self._http.request(method, f"{told.place}{path}", **more)
        except httpx.TimeoutException as error:
            sentence = f"The service {service} takes too long to answer: see `muster doctor`, then try again."
            raise Unanswered(sentence, NOT_RUNNING) from error
        except httpx.TransportError as error:
            raise self._not_running(f"The service {service} does not answer") from error
        if answer.is_success:
            return answer.json() if answer.content else None
        raise _refusal(service, answer)

    def _told(self, service: str) -> Told:
        if service not in {each.name for each in SERVICES}:
            known = ", ".join(each.name for each in SERVICES)
            raise click.UsageError(f"There is no service {service!r}. Choose one of: {known}.")
        file = self._asked.folder / "services" / f"{service}.json"
        try:
            return read_told(file)
        except PermissionError as error:
            sentence = f"{file} is not yours to read: run this as the person who started Muster."
            raise Unanswered(sentence, NOT_ALLOWED) from error
        except (OSError, msgspec.MsgspecError) as error:
            raise self._not_running(f"Muster has not been started on {self._asked.folder}") from error

    def _not_running(self, what: str) -> Unanswered:
        more = " --demonstration" if self._asked.demonstration else ""
        return Unanswered(f"{what}: start it with `muster up{more}`, or name its folder with --data.", NOT_RUNNING)


def _asking(folder: Path) -> ssl.SSLContext:
    """By which the services are known. One that cannot be asked says so, with what to do, when it is asked."""
    try:
        return read_told(folder / "services" / "identity.json").listening.asking()
    except (OSError, msgspec.MsgspecError, BadCertificate):
        return ONLY_HERE.asking()


def _refusal(service: str, answer: httpx.Response) -> Unanswered:
    status = answer.status_code
    problem = _problem(answer)
    sentence = problem.get("detail") or f"The service {service} answered {status}: see `muster doctor`."
    if problem.get("type") == NOT_SIGNED_IN:
        sentence = f"You are not signed in, or no longer: add --sign-in with your sign-in name, or renew {TOKEN}."
    return Unanswered(sentence, EXIT_CODES.get(status, REFUSED), status, problem.get("type", ""))


def _problem(answer: httpx.Response) -> dict[str, str]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def give_up(why: Unanswered, *, as_json: bool) -> NoReturn:
    """Says the one sentence and ends with its exit code."""
    if as_json:
        print_json({"event": "failed", "sentence": why.sentence, "exit_code": why.exit_code})
    click.echo(why.sentence, err=True)
    raise SystemExit(why.exit_code)


def order(asked: Asked, service: str, path: str, body: object, *, done: str, missing: str) -> None:
    """Gives a command and says `done`; ends with `missing` when there is nothing there, else with why it was refused.

    As JSON what the service answered is printed instead of `done`.
    """
    try:
        with Services(asked) as services:
            answer = services.post(service, path, body)
    except Unanswered as why:
        if why.status == 404:
            give_up(Unanswered(missing, why.exit_code, why.status), as_json=asked.as_json)
        give_up(why, as_json=asked.as_json)
    if asked.as_json:
        print_json(answer)
    else:
        click.echo(done)
