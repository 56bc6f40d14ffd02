"""Which documents fit a case as it stands, and for which courts. Pure."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import msgspec

from contracts.jurisdictions.documents import About, Template
from services.prosecution.documents.days import days_of
from services.prosecution.documents.material import Material
from services.prosecution.papers.serving import NEXT
from services.prosecution.safe_harbour.state import BEFORE_COURT

TELLS = ("owed", "failed", "sent", "delivered")


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a document can be about. `what` is a code: of a hearing, a paper, a route; `court` the hearing's, if any."""

    about: UUID
    what: str = ""
    accused: UUID | None = None
    victim: UUID | None = None
    at: datetime | None = None
    court: str = ""


class Choice(Subject, frozen=True, kw_only=True):
    """A document that can be made, for one of `courts`."""

    template: str
    kind: str
    title: str
    courts: tuple[str, ...]


def choices(of: Material) -> list[Choice]:
    """In the order of the templates; none while the office has not accepted the case."""
    if of.case.phase != "accepted":
        return []
    return [
        _choice(template, subject, courts)
        for template in of.charging.documents.in_force()
        for subject in _subjects(template, of)
        if (courts := _courts(template, subject))
    ]


def _choice(template: Template, subject: Subject, courts: tuple[str, ...]) -> Choice:
    said = msgspec.structs.asdict(subject)
    return Choice(template=template.template, kind=template.about, title=template.title, courts=courts, **said)


def _courts(template: Template, subject: Subject) -> tuple[str, ...]:
    """A hearing is in one court; for one that nothing is headed for, nothing can be made."""
    return tuple(each for each in template.captions if subject.court in ("", each))


def _subjects(template: Template, of: Material) -> Iterator[Subject]:
    about: About = template.about
    match about:
        case "hearing_notice":
            yield from _notices(of)
        case "paper":
            yield from _papers(template, of)
        case "discovery":
            given = {each.accused for each in of.evidence.givings.values() if not each.in_error}
            yield from (Subject(about=each, accused=each) for each in of.case.accused if each in given)
        case "petition":
            yield from _petitions(of)
        case "trial_days":
            yield from (Subject(about=each, accused=each) for each in of.case.accused if days_of(each, of))


def _notices(of: Material) -> Iterator[Subject]:
    """Of hearings that are set, to a victim whose written request stands; the latest of each hearing."""
    for who, victim in of.victims.items():
        if victim.requested_at is None:
            continue
        latest = {each.about: each for each in victim.notices.values() if each.kind == "hearing"}
        for notice in latest.values():
            hearing = of.case.hearings[notice.about]
            if hearing.phase == "set" and notice.phase in TELLS:
                yield Subject(
                    about=notice.notice, what=hearing.kind, victim=who, at=hearing.set_for, court=hearing.court
                )


def _papers(template: Template, of: Material) -> Iterator[Subject]:
    """That are still to be served; a subpoena to a hearing that does not take place is none."""
    for paper in of.papers.papers.values():
        hearing = of.case.hearings.get(paper.hearing) if paper.hearing else None
        off = hearing is not None and hearing.phase == "vacated"
        if paper.kind in template.kinds and NEXT[paper.phase] and not off:
            court = hearing.court if hearing else ""
            at = hearing.set_for if hearing else paper.steps[0].at
            yield Subject(
                about=paper.paper, what=paper.kind, accused=paper.accused, victim=paper.victim, at=at, court=court
            )


def _petitions(of: Material) -> Iterator[Subject]:
    for accused, harbour in of.harbours.items():
        for petition in harbour.petitions.values():
            if petition.phase in BEFORE_COURT:
                yield Subject(about=petition.petition, what=petition.route, accused=accused, at=petition.at)
