"""A sign of life to the outside, sent only while the house does its work; when it stops, the outside rings.

A process that is up says nothing: what counts is that timers fire, that the relay publishes, that each reader moves on
and that notices reach someone. That is read from the services' own metrics, the same numbers the alerts go by.
"""

import contextlib
import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import httpx
import msgspec
from prometheus_client.parser import text_string_to_metric_families

from deploy.embedded.files import write_private

FILE = "heartbeat.json"
STATE = "heartbeat.state"
LOOK_EVERY_SECONDS = 10.0
STANDS_STILL_AFTER_SECONDS = 60.0
ANSWERS_WITHIN_SECONDS = 5.0
TEXT = "Muster's sign of life: timers, relay and notices move. When it stays away, look at the machine it runs on."

Numbers = Mapping[tuple[str, ...], float]


class Recipient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`address` is a URL that is asked for, or what the notices' carriers take, for example mailtos://….

    `every_seconds` is how often it is told.
    """

    address: Annotated[str, msgspec.Meta(min_length=1)]
    method: Literal["GET", "POST"] = "GET"
    every_seconds: Annotated[int, msgspec.Meta(ge=1)] = 60


class Beats(msgspec.Struct, frozen=True):
    """When it was last sent (seconds since 1970, 0 for never), and what stands still, so that it is withheld."""

    sent_at: float = 0.0
    withheld: tuple[str, ...] = ()


class BadRecipient(Exception):
    """The file is there and cannot be used; the sentence says why, and never quotes the address."""


def read_recipient(file: Path) -> Recipient | None:
    """None where there is no file. Raises `BadRecipient`."""
    try:
        if file.stat().st_mode & 0o077:
            raise BadRecipient(f"Others can read {file}. Run: chmod 600 {file}")
        return msgspec.json.decode(file.read_bytes(), type=Recipient)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadRecipient(f"{file} cannot be read: {error.strerror}.") from error
    except msgspec.MsgspecError as error:
        raise BadRecipient(f'{file} is not of the form {{"address": "https://…", "every_seconds": 60}}.') from error


def read_beats(file: Path) -> Beats:
    """As the supervisor last wrote them."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        return msgspec.json.decode(file.read_bytes(), type=Beats)
    return Beats()


class Progress:
    """What stands still: there is something to do, and its position has not moved for a minute."""

    def __init__(self) -> None:
        self._stood: dict[tuple[str, ...], tuple[float, float]] = {}

    def standing_still(self, service: str, numbers: Numbers | None, at: float) -> Sequence[str]:
        """The parts of one service, by what its metrics say at the moment `at`; None where it gives none."""
        if numbers is None:
            return [f"{service} does not answer"]
        return [f"{part} of {service}" for part in self._parts(service, numbers, at)]

    def _parts(self, service: str, numbers: Numbers, at: float) -> Iterator[str]:
        if numbers.get(("muster_overdue_moments",), 0):
            yield "timers"
        if numbers.get(("muster_notices_undelivered",), 0):
            yield "notices"
        for (name, *label), value in numbers.items():
            if name == "muster_job_failing" and value:
                yield f"job {label[0]}"
            elif name == "muster_scrape_missing" and value:
                yield label[0].replace("_", " ")
        if self._stuck((service, "relay"), numbers, ("muster_relay_lag_events",), ("muster_relay_position",), at):
            yield "relay"
        for key in numbers:
            if key[0] in {"muster_follower_log_lag_events", "muster_follower_stream_lag_events"}:
                follower = key[1]
                if self._stuck((service, follower), numbers, key, ("muster_follower_position", follower), at):
                    yield follower

    def _stuck(
        self, part: tuple[str, str], numbers: Numbers, lag: tuple[str, ...], place: tuple[str, ...], at: float
    ) -> bool:
        position = numbers.get(place, 0.0)
        if not numbers.get(lag, 0.0):
            self._stood.pop(part, None)
            return False
        stood, since = self._stood.get(part, (None, at))
        if stood != position:
            since = at
        self._stood[part] = position, since
        return at - since >= STANDS_STILL_AFTER_SECONDS


class Heartbeat:
    """`services` are the addresses of all that must do their work, who are known by `asking`.

    The file may come, change and go at any time.
    """

    def __init__(
        self,
        secrets: Path,
        run: Path,
        services: Mapping[str, str],
        say: Callable[[str], None],
        asking: ssl.SSLContext,
    ) -> None:
        self._file = secrets / FILE
        self._state = run / STATE
        self._services = services
        self._say = say
        self._asking = asking
        self._progress = Progress()
        self._next = 0.0
        self._said = ""
        self.beats: Beats | None = None
        for talkative in ("apprise", "httpx"):
            # They log recipients and addresses.
            logging.getLogger(talkative).setLevel(logging.CRITICAL + 1)

    def run_until(self, stopping: Callable[[], bool]) -> None:
        """Looks again and again; for a thread of its own."""
        while not stopping():
            self.look(time.monotonic())
            until = time.monotonic() + LOOK_EVERY_SECONDS
            while not stopping() and time.monotonic() < until:
                time.sleep(0.1)

    def look(self, at: float) -> Sequence[str]:
        """What stands still at the moment `at` of a steady clock. With nothing, the sign of life is sent when due."""
        try:
            recipient = read_recipient(self._file)
        except BadRecipient as why:
            self._say_once(str(why))
            recipient = None
        if recipient is None:
            self.beats = None
            return ()
        before = self.beats or read_beats(self._state)
        still = [
            part
            for service, address in self._services.items()
            for part in self._progress.standing_still(service, _numbers(address, self._asking), at)
        ]
        sent_at = before.sent_at
        if not still and at >= self._next:
            if _told(recipient):
                sent_at, self._next = datetime.now(UTC).timestamp(), at + recipient.every_seconds
            else:
                still = ["the recipient of the sign of life does not take it"]
        self._keep(Beats(sent_at, tuple(still)), before)
        return still

    def _keep(self, beats: Beats, before: Beats) -> None:
        self.beats = beats
        if beats.withheld != before.withheld:
            stands = ", ".join(beats.withheld)
            self._say_once(f"The sign of life is withheld: {stands}." if stands else "The sign of life is sent again.")
        if beats != before:
            with contextlib.suppress(OSError):
                write_private(self._state, msgspec.json.encode(beats).decode())

    def _say_once(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._say(sentence)


def _numbers(address: str, asking: ssl.SSLContext) -> Numbers | None:
    try:
        with httpx.Client(verify=asking, timeout=ANSWERS_WITHIN_SECONDS, trust_env=False) as client:
            answer = client.get(f"{address}/metrics")
        if not answer.is_success:
            return None
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }
    except (httpx.HTTPError, ValueError):
        return None


def _told(recipient: Recipient) -> bool:
    if recipient.address.startswith(("http://", "https://")):
        try:
            with httpx.Client(timeout=ANSWERS_WITHIN_SECONDS) as client:
                return client.request(recipient.method, recipient.address).is_success
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
    import apprise  # noqa: PLC0415  # few houses tell it by such a carrier, and each command would load them all

    sender = apprise.Apprise()
    return bool(sender.add(recipient.address) and sender.notify(title="Muster", body=TEXT))
