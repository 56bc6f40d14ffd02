"""The facts of each kind of document, from what is on record. Pure; what is not on file stays so."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from contracts.events.prosecution import OutcomeRecorded
from contracts.jurisdictions.documents import About
from contracts.language import Event
from services.prosecution.case.events import (
    AccusedAdded,
    CaseReferred,
    CauseNumberEntered,
    ContinuanceEnteredInError,
    ContinuanceGranted,
    ContinuancePlaced,
    CountFiled,
    HearingMoved,
    HearingPurposeStated,
    HearingSet,
    StageEntered,
    TransferAccepted,
)
from services.prosecution.documents import saying
from services.prosecution.documents.days import clock_of_trial, day_tables
from services.prosecution.documents.material import Facts, Material, Value, Wanted
from services.prosecution.documents.parties import addressee, causes_of, names_of, of_office
from services.prosecution.evidence.events import DiscoveryGiven, EvidenceListed
from services.prosecution.evidence.state import Item
from services.prosecution.papers.events import PaperIssued, PaperOut, PaperServed, ServiceFailed
from services.prosecution.papers.state import Step
from services.prosecution.safe_harbour.events import GroundFound, LetterIssued, PetitionFiled, PetitionOpened
from services.prosecution.victim.events import NoticeOwed, RequestReceived

Speaks = Mapping[type[Event], str]
"""By kind of event the field that names what it is about."""

PARTIES: Speaks = {
    CaseReferred: "case",
    TransferAccepted: "case",
    AccusedAdded: "accused",
    CauseNumberEntered: "accused",
}
OF_HEARING: Speaks = {HearingSet: "hearing", HearingMoved: "hearing", HearingPurposeStated: "hearing"}
OF_COUNT: Speaks = {CountFiled: "count", StageEntered: "count", OutcomeRecorded: "count"}
OF_NOTICE: Speaks = {RequestReceived: "victim", NoticeOwed: "notice"}
OF_PAPER: Speaks = {PaperIssued: "paper", PaperOut: "paper", PaperServed: "paper", ServiceFailed: "paper"}
OF_DISCOVERY: Speaks = {DiscoveryGiven: "giving", EvidenceListed: "item"}
OF_PETITION: Speaks = {
    GroundFound: "accused",
    PetitionOpened: "petition",
    LetterIssued: "petition",
    PetitionFiled: "petition",
}
OF_DAYS: Speaks = {
    ContinuanceGranted: "accused",
    ContinuancePlaced: "accused",
    ContinuanceEnteredInError: "accused",
}
JUDGMENT = "judgment"


def facts_of(wanted: Wanted, of: Material) -> Facts:
    """Of a document that fits the case. Raises `KeyError` for one that does not."""
    return _BUILDERS[wanted.template.about](wanted, of)


def _hearing_notice(wanted: Wanted, of: Material) -> Facts:
    victim = next(who for who, each in of.victims.items() if wanted.about in each.notices)
    known = of.victims[victim]
    notice = known.notices[wanted.about]
    accused = of.case.hearings[notice.about].accused
    number = list(of.victims).index(victim) + 1
    requested = known.requested_at
    blanks = _common(wanted, of, accused) | _of_hearing(of, notice.about)
    blanks |= {
        "victim": (f"Victim {number} of this case (reference {saying.short(victim)})",),
        "requested_on": (saying.day(of.tables.day_of(requested)),) if requested else (),
        "notice_citation": (notice.citation or None,),
        "notice_reference": (saying.short(notice.notice),),
    }
    streams = _streams(of, f"victim {victim}")
    return Facts(
        blanks, {}, streams, _about(of, accused, notice.about, notice.notice, victim), _speaks(OF_HEARING, OF_NOTICE)
    )


def _paper(wanted: Wanted, of: Material) -> Facts:
    paper = of.papers.papers[wanted.about]
    hearing = of.case.hearings[paper.hearing] if paper.hearing else None
    of_one = (paper.accused,) if paper.accused else ()
    accused = hearing.accused if hearing else of_one or tuple(of.case.accused)
    rules = of.charging.sittings
    blanks = _common(wanted, of, accused) | (_of_hearing(of, hearing.hearing) if hearing else {})
    blanks |= {
        "paper": (rules.papers[paper.kind],),
        "paper_reference": (saying.short(paper.paper),),
        "for_whom": (rules.for_whom[paper.for_whom],),
        "addressee": addressee(paper, of, wanted.template.child),
        "issued_on": (saying.day(of.tables.day_of(paper.steps[0].at)),),
    }
    tables = {"steps": tuple(_step(each, of) for each in paper.steps)}
    also = (hearing.hearing,) if hearing else ()
    about = _about(of, (*accused, *of_one), paper.paper, *also)
    return Facts(blanks, tables, _streams(of, "papers"), about, _speaks(OF_HEARING, OF_PAPER))


def _discovery(wanted: Wanted, of: Material) -> Facts:
    rules = of.charging.evidence
    givings = [each for each in of.evidence.givings.values() if each.accused == wanted.about and not each.in_error]
    given = of.evidence.given_to(wanted.about)
    missing = [each for each in of.evidence.holding() if each.item not in given]
    rows = [
        (
            _item(of, of.evidence.items[item]),
            saying.short(item),
            rules.recipients[each.recipient],
            rules.ways[each.way],
            saying.moment(each.given_at, of.tables.state.clocks),
        )
        for each in sorted(givings, key=lambda each: each.given_at)
        for item in each.items
    ]
    blanks = _common(wanted, of, (wanted.about,)) | {"discovery_citation": (rules.discovery_citation,)}
    tables = {
        "given": tuple(rows),
        "not_given": tuple((_item(of, each), saying.short(each.item)) for each in missing),
    }
    about = _about(of, (wanted.about,), *(each.giving for each in givings), *given, *(each.item for each in missing))
    return Facts(blanks, tables, _streams(of, "evidence"), about, _speaks(OF_DISCOVERY))


def _petition(wanted: Wanted, of: Material) -> Facts:
    accused = next(who for who, each in of.harbours.items() if wanted.about in each.petitions)
    harbour, lists, zone = of.harbours[accused], of.charging.safe_harbour, of.tables.state.clocks
    petition = harbour.petitions[wanted.about]
    count, route = of.case.counts[petition.count], lists.route(petition.route)
    offence = of.charging.offences[count.offence]
    judged = next((each.entered_at for each in count.steps if each.stage == JUDGMENT), None)
    outcome = of.charging.outcomes[count.outcome].words if count.outcome else None
    blanks = _common(wanted, of, (accused,)) | {
        "petition": (saying.short(petition.petition),),
        "count": (saying.short(count.count),),
        "statute": (offence.statute,),
        "offence": (offence.short_name,),
        "outcome": (outcome,),
        "judged_on": (saying.day(of.tables.day_of(judged)) if judged else None,),
        "route": (route.words if route else None,),
        "route_citation": (route.citation if route else None,),
        "route_holds": (route.holds if route else None,),
    }
    words = {each.ground: each.words for each in lists.grounds}
    tables = {
        "grounds": tuple((words[ground], saying.moment(at, zone)) for ground, at in harbour.grounds.items()),
        "letters": tuple(
            (str(each.letter), lists.issuers[each.issuer], saying.day(of.tables.day_of(each.issued_at)))
            for each in petition.letters
        ),
    }
    streams = _streams(of, f"harbour {accused}")
    return Facts(
        blanks, tables, streams, _about(of, (accused,), petition.petition, count.count), _speaks(OF_COUNT, OF_PETITION)
    )


def _trial_days(wanted: Wanted, of: Material) -> Facts:
    rule = clock_of_trial(wanted.about, of)
    sums, spans, counts = day_tables(wanted.about, of)
    blanks = _common(wanted, of, (wanted.about,)) | {
        "days_allowed": (str(rule.period.days) if rule else None,),
        "days_citation": (rule.citation if rule else None,),
    }
    about = _about(of, (wanted.about,), *counts)
    tables = {"day_sums": sums, "days": spans}
    return Facts(blanks, tables, _streams(of), about, _speaks(OF_COUNT, OF_DAYS))


_BUILDERS: Mapping[About, Callable[[Wanted, Material], Facts]] = {
    "hearing_notice": _hearing_notice,
    "paper": _paper,
    "discovery": _discovery,
    "petition": _petition,
    "trial_days": _trial_days,
}


def _common(wanted: Wanted, of: Material, accused: Iterable[UUID]) -> dict[str, Value]:
    among = tuple(accused)
    return of_office(of) | {
        "court": (of.charging.documents.courts[wanted.court],),
        "case": (saying.short(of.case.tip),),
        "made_on": (saying.day(of.tables.day_of(of.at)),),
        "accused": names_of(of, among, wanted.template.child),
        "cause": causes_of(of, among, wanted.court),
    }


def _of_hearing(of: Material, reference: UUID) -> dict[str, Value]:
    hearing = of.case.hearings[reference]
    return {
        "hearing": (of.charging.hearings[hearing.kind].words,),
        "purpose": (of.charging.sittings.purposes.get(hearing.purpose),),
        "when": (saying.moment(hearing.set_for, of.tables.state.clocks),),
    }


def _step(step: Step, of: Material) -> tuple[str, ...]:
    """Issued has no word to go with it."""
    rules, at = of.charging.sittings, saying.moment(step.at, of.tables.state.clocks)
    match step.phase:
        case "issued":
            return ("Issued", "", at)
        case "out":
            return ("Out for service", rules.servers[step.word], at)
        case "served":
            return ("Served", rules.ways[step.word], at)
        case "failed":
            return ("Not served", rules.failures[step.word], at)
        case "withdrawn":
            return ("Withdrawn", rules.withdrawn[step.word], at)


def _item(of: Material, item: Item) -> str:
    return of.charging.evidence.kinds[item.kind]


def _about(of: Material, accused: Iterable[UUID], *others: UUID) -> frozenset[UUID]:
    return frozenset((of.case.case, *accused, *others))


def _streams(of: Material, *others: str) -> tuple[UUID, ...]:
    return (of.case.case, *(of.streams[each] for each in others))


def _speaks(*others: Speaks) -> Speaks:
    """The parties always, and these."""
    return {kind: field for each in (PARTIES, *others) for kind, field in each.items()}
