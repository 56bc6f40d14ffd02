"""How a responder is reached, by their own word, and how it is proven: a code goes out and is typed back. Pure."""

import re
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec

from contracts.jurisdictions import ResponderRules
from contracts.language import Event, InvalidValue, Personal, Refused
from services.rapid_assessment.responder.events import (
    ChannelProven,
    ChannelStated,
    ChannelWithdrawn,
    ProofAsked,
    ProofFailed,
)
from services.rapid_assessment.responder.refusals import ResponderRefusal
from services.rapid_assessment.responder.state import CodeAsked, Responder

NUMBER = re.compile(r"\+?[0-9(][0-9 ().-]{6,24}[0-9]")
# An address as people write one; whether somebody reads there is what a proof shows.
CHANNELS = {
    "sms": NUMBER,
    "voice": NUMBER,
    "email": re.compile(r"[^@\s<>\"'`|;,\x00-\x1f]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"),
    "push": re.compile(r"[A-Za-z0-9_-]{8,128}"),
}
HOUR = timedelta(hours=1)


class StateChannel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`sms`, `voice`, `email` or `push`, and the number, address or key of that kind."""

    kind: str
    address: Annotated[str, msgspec.Meta(max_length=254)]


class TypedCode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code as it came."""

    code: Annotated[str, msgspec.Meta(max_length=40)]


def state_channel(responder: Responder, command: StateChannel) -> list[Event]:
    """Raises `InvalidValue` for a kind there is not, and for what is no address of that kind."""
    form = CHANNELS.get(command.kind)
    if form is None:
        raise InvalidValue("kind", f"Choose one of: {', '.join(CHANNELS)}.")
    written = command.address.strip()
    if not form.fullmatch(written):
        raise InvalidValue("address", "This is no such address. Write it whole, as name@agency.gov or 601 555 0100.")
    meant = "".join(each for each in written if each.isdigit() or each == "+") if form is NUMBER else written
    text = Personal(person=responder.account, text=meant)
    return [ChannelStated(account=responder.account, kind=command.kind, address=text)]


def withdraw_channel(responder: Responder, kind: str) -> list[Event]:
    """Raises `Refused` where none of the kind is stated."""
    _stated(responder, kind)
    return [ChannelWithdrawn(account=responder.account, kind=kind)]


def ask_proof(responder: Responder, kind: str, proof: UUID, rules: ResponderRules, now: datetime) -> list[Event]:
    """A new code, which takes the place of one that waits. Raises `Refused` for a channel not stated, or too many."""
    _stated(responder, kind)
    if sum(now - each < HOUR for each in responder.codes_asked_at) >= rules.codes_an_hour:
        raise Refused(
            ResponderRefusal.TOO_MANY_CODES,
            "Too many codes were asked for. Wait an hour, and check the address before the next.",
        )
    until = now + rules.code_holds
    return [ProofAsked(account=responder.account, proof=proof, kind=kind, asked_at=now, until=until)]


def answer_proof(responder: Responder, kind: str, right: bool, rules: ResponderRules, now: datetime) -> list[Event]:  # noqa: FBT001  # judged by who holds the key
    """Proven, or one try less. Raises `Refused` where no code waits, or its time or its tries are over."""
    code = code_that_waits(responder, kind, now)
    if code is None:
        raise Refused(ResponderRefusal.NO_CODE, "No code is waiting here, or its time is over. Ask for a new one.")
    if right:
        return [ChannelProven(account=responder.account, proof=code.proof, kind=kind, proven_at=now)]
    left = max(rules.code_tries - code.failed - 1, 0)
    return [ProofFailed(account=responder.account, proof=code.proof, kind=kind, left=left)]


def code_that_waits(responder: Responder, kind: str, now: datetime) -> CodeAsked | None:
    """The code for this channel that is still good."""
    code = responder.code
    return code if code is not None and code.kind == kind and now < code.until else None


def _stated(responder: Responder, kind: str) -> None:
    if responder.channel(kind) is None:
        raise Refused(ResponderRefusal.NO_CHANNEL, "No such channel is stated for this responder.")
