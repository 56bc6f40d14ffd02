"""Who stands on a document: the office and its court, the accused, whom a paper is for. Pure.

Names stay sealed here. No address of an accused or of a victim is ever among what is given.
"""

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from contracts.jurisdictions import circuit_of
from services.prosecution.case.state import Case
from services.prosecution.documents import saying
from services.prosecution.documents.material import Material, Sealed, Value
from services.prosecution.papers.state import Paper

YOUTH_COURTS = {"county_court": "County Court", "chancery_court": "Chancery Court"}

Child = Literal["name", "initials"]


def of_office(of: Material) -> dict[str, Value]:
    """The office, and the county of its court where it serves one alone: of several, nobody here knows which."""
    agency = of.tables.agencies.get(of.case.office)
    counties = _counties(of)
    county = of.tables.counties[counties[0]] if len(counties) == 1 else None
    court = YOUTH_COURTS.get(county.youth_court_type) if county else None
    return {
        "office": (agency.name if agency else None,),
        "office_phone": (agency.office_phone if agency else None,),
        "county": (county.county.upper() if county else None,),
        "youth_court": (court,),
    }


def names_of(of: Material, accused: Iterable[UUID], child: Child) -> Value:
    """Each by name; who is not known to be an adult as the template says."""
    return _listed([_name(of, each, child) for each in accused], ", ")


def causes_of(of: Material, accused: Iterable[UUID], court: str) -> Value:
    """The court's numbers, in the order of the accused. What all share is repeated."""
    return _listed([of.causes.get((each, court)) for each in accused], "; ")


def addressee(paper: Paper, of: Material, child: Child) -> Value:
    """Who and where, as entered; an accused by name alone, counsel through the accused, a victim by reference."""
    if paper.victim is not None:
        number = list(of.victims).index(paper.victim) + 1 if paper.victim in of.victims else 0
        return (f"Victim {number} of this case (reference {saying.short(paper.victim)})",)
    if paper.accused is not None:
        before = ("Counsel of ",) if paper.for_whom == "counsel" else ()
        return (*before, _name(of, paper.accused, child))
    return (of.addressees.get(paper.paper),)


def is_adult(case: Case, accused: UUID) -> bool:
    """Known to be one: by the record they were at the time of an act. An age that is not known is a child's."""
    return any(each.accused == accused and each.age_at_act == "adult" for each in case.counts.values())


def _name(of: Material, accused: UUID, child: Child) -> Sealed | None:
    name = of.names.get(accused)
    if name is None or child == "name" or is_adult(of.case, accused):
        return name
    return name._replace(initials=True)


def _listed(pieces: list[Sealed | None], between: str) -> Value:
    if not any(pieces):
        return ()
    return tuple(each for piece in pieces for each in (between, piece))[1:]


def _counties(of: Material) -> list[str]:
    """Those of the circuit the office prosecutes in, on the day the document is made."""
    circuit, today = circuit_of(of.tables, of.case.office), of.tables.day_of(of.at)
    if circuit is None:
        return []
    return [name for name, each in of.tables.counties.items() if each.placed("circuit", today).district == circuit]
