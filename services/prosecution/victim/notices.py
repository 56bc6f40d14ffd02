"""The steps of a notice: sent, delivered, acknowledged, or failed and then sent again. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from contracts.jurisdictions.victims import VictimRules
from contracts.language import Event, InvalidValue, Refused, not_in_future
from services.prosecution.victim.decisions import Of, VictimRefusal
from services.prosecution.victim.events import NoticeAcknowledged, NoticeDelivered, NoticeFailed, NoticeSent
from services.prosecution.victim.state import Notice, NoticePhase

Step = Literal["sent", "delivered", "acknowledged", "failed"]

# What may come after what. Somebody may say that they know of what nobody recorded as sent: a victim in court, say.
NEXT: Mapping[NoticePhase, tuple[Step, ...]] = {
    "owed": ("sent", "acknowledged", "failed"),
    "failed": ("sent", "acknowledged", "failed"),
    "sent": ("delivered", "acknowledged", "failed"),
    "delivered": ("acknowledged", "failed"),
    "acknowledged": (),
    "fell_away": (),
}


class Took(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A step of a notice, when it was, by which channel (sent and failed), and why it failed."""

    step: Step
    at: datetime
    channel: str = ""
    reason: str = ""


def step(of: Of, notice: Notice, took: Took, rules: VictimRules, now: datetime) -> list[Event]:
    """What was done about the notice. It may have been done before it was opened here: that is typed in later."""
    not_in_future("at", took.at, now)
    if took.step not in NEXT[notice.phase]:
        raise Refused(
            VictimRefusal.NOTICE_STEP,
            "That does not follow on what is on record of this notice. Read it again.",
            rule=notice.rule,
            citation=notice.citation,
        )
    if notice.attempts and took.at < notice.attempts[-1].at:
        raise InvalidValue("at", "This lies before the last step of this notice. Check the date and the zone.")
    if took.step in ("sent", "failed") and took.channel not in rules.channels:
        raise InvalidValue("channel", f"The channels are {', '.join(rules.channels)}.")
    if took.step == "failed" and took.reason not in rules.failures:
        raise InvalidValue("reason", f"The reasons are {', '.join(rules.failures)}.")
    return [_event(of, notice, took)]


def _event(of: Of, notice: Notice, took: Took) -> Event:
    case, victim, which = of.case, of.victim, notice.notice
    match took.step:
        case "sent":
            return NoticeSent(case=case, victim=victim, notice=which, channel=took.channel, sent_at=took.at)
        case "delivered":
            return NoticeDelivered(case=case, victim=victim, notice=which, delivered_at=took.at)
        case "acknowledged":
            return NoticeAcknowledged(case=case, victim=victim, notice=which, acknowledged_at=took.at)
        case "failed":
            return NoticeFailed(
                case=case, victim=victim, notice=which, channel=took.channel, reason=took.reason, failed_at=took.at
            )
