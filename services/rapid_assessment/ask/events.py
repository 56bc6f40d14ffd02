"""What happens to an ask: the message that tells somebody a seat waits for their answer, and the code in it."""

from contracts.language import Code, Event, Measure, Moment, Reference


class AskSent(Event, frozen=True, kw_only=True):
    """A responder was told by `carrier`. The code in the message is good until then, for this proposal alone.

    The code is nowhere: the stream's own reference is a keyed digest of it.
    """

    NAME = "ask.sent"

    team: Reference
    seat: Code
    responder: Reference
    proposal: Reference
    carrier: Code
    until: Moment


class AskNotSent(Event, frozen=True, kw_only=True):
    """The carrier refused the message. The seat still waits on the responder's page."""

    NAME = "ask.not_sent"

    team: Reference
    seat: Code
    responder: Reference
    proposal: Reference
    carrier: Code


class AskSentOnceMore(Event, frozen=True, kw_only=True):
    """Whether the first message went out was not known after a crash: it went out once more, marked as such."""

    NAME = "ask.sent_once_more"

    team: Reference
    seat: Code
    responder: Reference
    carrier: Code


class AskHeldBack(Event, frozen=True, kw_only=True):
    """No message went out: this person was sent as many within the hour as is on file. It waits on their page."""

    NAME = "ask.held_back"

    team: Reference
    seat: Code
    responder: Reference
    proposal: Reference


class AskAnswered(Event, frozen=True, kw_only=True):
    """The answer came by the code, which is used up with it."""

    NAME = "ask.answered"

    team: Reference
    seat: Code
    responder: Reference


class AskReplied(Event, frozen=True, kw_only=True):
    """The answer was written back by the channel, from an address they had stated. It uses the ask up."""

    NAME = "ask.replied"

    team: Reference
    seat: Code
    responder: Reference
    channel: Code


class AskReplyFailed(Event, frozen=True, kw_only=True):
    """Another code came from their address. With `left` at 0 nothing more is taken by writing back."""

    NAME = "ask.reply_failed"

    team: Reference
    seat: Code
    responder: Reference
    channel: Code
    left: Measure


ASK_EVENTS: tuple[type[Event], ...] = (
    AskSent,
    AskNotSent,
    AskSentOnceMore,
    AskHeldBack,
    AskAnswered,
    AskReplied,
    AskReplyFailed,
)
