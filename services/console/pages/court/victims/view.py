"""The victims of a case as lanes: what is owed to each, what failed, what was done, and what forms offer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.console.frame.words import Words
from services.console.pages.court.answers import Case, Notice, Proposal, Victim, VictimRules

TO_SEND = ("owed", "failed")
ANOTHER = "another"
PAPER_STANDS = ("asked", "granted")
Options = Sequence[tuple[str, str]]


class Lane(NamedTuple):
    """A victim as the page has them: `number` stands for who it is. `waiting` are to be conferred about.

    `owed` and `failed` are to be sent; `may_ask` are the papers that may be asked for. `about` says what a notice or a
    proposal is about, by reference.
    """

    number: int
    victim: Victim
    waiting: Sequence[Proposal]
    settled: Sequence[Proposal]
    failed: Sequence[Notice]
    owed: Sequence[Notice]
    told: Sequence[Notice]
    about: Mapping[UUID, str]
    counts: Options
    open_counts: Options
    outcomes: Options
    hearings: Options
    may_ask: Options


class Choices(NamedTuple):
    """What the forms offer."""

    ways: Options
    positions: Options
    reasons: Options
    channels: Options
    failures: Options
    presence: Options
    statements: Options
    restitution: Options
    reaches: Options
    paper_by: Options
    paper_decisions: Options
    paper_ends: Options


def lanes_of(case: Case, victims: Iterable[Victim], rules: VictimRules, words: Words) -> list[Lane]:
    """In the service's order: the person the tip is about first."""
    about = _named(case, words)
    return [
        _lane(number, each, about, tuple(rules.immigration.kinds), words)
        for number, each in enumerate(victims, start=1)
    ]


def whom_counts_name(victims: Sequence[Victim], words: Words) -> Options:
    """The victims of the case in their order, the person the tip is about first; and somebody it does not have yet."""
    numbered = [(str(each.victim), words.say("victims.victim", number=n)) for n, each in enumerate(victims, start=1)]
    return [*numbered, (ANOTHER, words.say("court.another_victim"))]


def choices_of(rules: VictimRules, words: Words) -> Choices:
    """In the order of the tables."""
    return Choices(
        ways=_words("conferral_way", rules.conferral.ways, words),
        positions=_words("conferral_position", rules.conferral.positions, words),
        reasons=_words("no_conferral", rules.conferral.reasons, words),
        channels=_words("victim_channel", rules.channels, words),
        failures=_words("notice_failure", rules.failures, words),
        presence=_words("victim_presence", rules.presence, words),
        statements=_words("impact_statement", rules.statements, words),
        restitution=_words("restitution", ("asked", "ordered"), words),
        reaches=[(each, words.word("reaches_accused", each)) for each in ("no", "yes", "not_known")],
        paper_by=_words("paper_by", rules.immigration.deciders, words),
        paper_decisions=_words("paper_phase", ("granted", "declined"), words),
        paper_ends=_words("paper_end", rules.immigration.ends, words),
    )


def _lane(number: int, victim: Victim, about: Mapping[UUID, str], kinds: Sequence[str], words: Words) -> Lane:
    def options(references: Iterable[UUID]) -> Options:
        return [(str(each), about.get(each, "")) for each in references]

    standing = {each.kind for each in victim.papers if each.phase in PAPER_STANDS}
    return Lane(
        number=number,
        victim=victim,
        waiting=[each for each in victim.proposals if each.waits],
        settled=[each for each in victim.proposals if not each.waits],
        failed=[each for each in victim.notices if each.phase == "failed"],
        owed=[each for each in victim.notices if each.phase == "owed"],
        told=[each for each in victim.notices if each.phase not in TO_SEND],
        about=about,
        counts=options(victim.counts),
        open_counts=options(victim.open_counts),
        outcomes=_words("outcome", victim.may_propose, words),
        hearings=options(victim.hearings),
        may_ask=_words("paper", (each for each in kinds if each not in standing), words),
    )


def _named(case: Case, words: Words) -> dict[UUID, str]:
    """What references of the case are called on its page."""
    numbers = {each.accused: words.say("court.accused", number=n) for n, each in enumerate(case.accused, start=1)}
    counts = {
        count.count: f"{count.offence.short_name} · {numbers[each.accused]}"
        for each in case.accused
        for count in each.counts
    }
    hearings = {each.hearing: words.word("hearing", each.kind) for each in case.hearings}
    return {**numbers, **counts, **hearings}


def _words(family: str, codes: Iterable[str], words: Words) -> Options:
    return [(code, words.word(family, code)) for code in codes]
