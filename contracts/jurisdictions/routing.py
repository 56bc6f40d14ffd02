"""Where a tip belongs: courts, federal district and the agencies to tell, from county and tribal land alone."""

from collections.abc import Collection
from datetime import date

import msgspec

from contracts.jurisdictions.agencies import Agency, Condition, NoticeRule, Pathway
from contracts.jurisdictions.county import County
from contracts.jurisdictions.dated import in_force
from contracts.jurisdictions.jurisdiction import Jurisdiction
from contracts.jurisdictions.marks import Confidence


class AgencyToTell(msgspec.Struct, frozen=True, kw_only=True):
    """One agency, why and how soon (in the law's words). A `phone` of `None` is not on file.

    `sure` is false where the table behind the agency is thin, or a circuit was redrawn and its counties were not read:
    call before relying on it.
    """

    agency_id: str
    name: str
    step: str
    why: str
    when: str
    citation: str
    confidence: Confidence
    phone: str | None
    sure: bool
    pathways: tuple[Pathway, ...]


class Routing(msgspec.Struct, frozen=True, kw_only=True):
    """A county's courts and agencies. `…_sure_until`: the last day that district is known for; `None`: no end."""

    county: str
    fips: str
    circuit_court_district: int
    circuit_sure_until: date | None
    youth_court_type: str
    chancery_court_district: int
    chancery_sure_until: date | None
    federal_district: str
    federal_division: str
    cps_region: str | None
    tribal_land: bool
    agencies: tuple[AgencyToTell, ...]

    def to_tell(self, pathway: Pathway) -> tuple[AgencyToTell, ...]:
        """The agencies for a child's or an adult's case. An age not known is a child's until shown otherwise."""
        return tuple(agency for agency in self.agencies if pathway in agency.pathways)


def conditions(*, tribal_land: bool, state_lines: bool = False) -> frozenset[Condition]:
    """What holds of a case: that it happened on tribal land, that state lines were crossed."""
    told: dict[Condition, bool] = {"tribal_land": tribal_land, "state_lines": state_lines}
    return frozenset(condition for condition, holds in told.items() if holds)


def route(
    jurisdiction: Jurisdiction, county: str, on: date, *, tribal_land: bool, state_lines: bool = False
) -> Routing:
    """As the tables stand on that day. Raises `UnknownCounty` with the nearest names."""
    found = _county(jurisdiction, county, on)
    circuit, chancery = found.placed("circuit", on), found.placed("chancery", on)
    return Routing(
        county=found.county,
        fips=found.fips,
        circuit_court_district=circuit.district,
        circuit_sure_until=circuit.until,
        youth_court_type=found.youth_court_type,
        chancery_court_district=chancery.district,
        chancery_sure_until=chancery.until,
        federal_district=found.federal_district,
        federal_division=found.federal_division,
        cps_region=found.cps_region,
        tribal_land=tribal_land,
        agencies=_agencies(jurisdiction, found, on, conditions(tribal_land=tribal_land, state_lines=state_lines)),
    )


def whom_to_tell(
    jurisdiction: Jurisdiction, county: str, on: date, holding: Collection[Condition]
) -> tuple[AgencyToTell, ...]:
    """The agencies of `route`; while nobody knows the county, those that are told wherever it happened.

    Raises `UnknownCounty`.
    """
    found = _county(jurisdiction, county, on) if county else None
    return _agencies(jurisdiction, found, on, holding)


def prosecutor_of(jurisdiction: Jurisdiction, circuit: int, on: date) -> str:
    """The agency that prosecutes in a circuit. `circuit` is on file."""
    rows = jurisdiction.circuits[circuit]
    return (in_force(rows, on) or rows[-1]).prosecutor


def _county(jurisdiction: Jurisdiction, county: str, on: date) -> County:
    found = jurisdiction.county(county)
    return in_force(jurisdiction.county_rows[found.county], on) or found


def _agencies(
    jurisdiction: Jurisdiction, county: County | None, on: date, holding: Collection[Condition]
) -> tuple[AgencyToTell, ...]:
    return tuple(
        _to_tell(agency, notice, sure=sure)
        for notice in jurisdiction.notices
        if _asked(jurisdiction, notice, on, holding)
        for agency_id, sure in _reached(jurisdiction, county, notice, on)
        if (agency := in_force(jurisdiction.agency_rows[agency_id], on)) is not None
    )


def _asked(jurisdiction: Jurisdiction, notice: NoticeRule, on: date, holding: Collection[Condition]) -> bool:
    to = notice.to
    holds = not to.on or any(condition in holding for condition in to.on)
    return holds and (to.while_on is None or jurisdiction.is_on(to.while_on, on))


def _reached(
    jurisdiction: Jurisdiction, county: County | None, notice: NoticeRule, on: date
) -> tuple[tuple[str, bool], ...]:
    """The agencies, each with whether that it is this one is sure."""
    if notice.to.agency is not None:
        return ((notice.to.agency, True),)
    if notice.to.by == "circuit":
        if county is None:
            return ()
        circuit = county.placed("circuit", on)
        return ((prosecutor_of(jurisdiction, circuit.district, on), circuit.sure),)
    serving = tuple(
        (area.agency_id, True)
        for area in jurisdiction.service_areas
        if county
        and area.county == county.county
        and in_force([area], on)
        and jurisdiction.agencies[area.agency_id].workflow_role == notice.to.role
    )
    if serving or notice.to.otherwise is None:
        return serving
    return ((notice.to.otherwise, True),)


def _to_tell(agency: Agency, notice: NoticeRule, *, sure: bool) -> AgencyToTell:
    return AgencyToTell(
        agency_id=agency.agency_id,
        name=agency.name,
        step=notice.step,
        why=notice.why,
        when=notice.when,
        citation=notice.citation,
        confidence=notice.confidence,
        phone=agency.hotline_phone or agency.office_phone,
        sure=sure and agency.confidence != "low",
        pathways=("child", "adult") if notice.pathway == "both" else (notice.pathway,),
    )
