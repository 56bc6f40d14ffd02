"""What is done before the courts, on the one case a tip has in the scenario. One class per line kind.

`accused`, `count` and `hearing` are labels of the scenario's own, given by the line that adds, files or sets one.
"""

from datetime import date
from typing import Annotated

import msgspec

from deploy.demo.lines import Step, Time, Words


class ReferCase(Step, frozen=True, kw_only=True, tag="refer_case"):
    """The matter goes to a district attorney; without `office`, to that of the county's circuit."""

    by: Words
    office: Words | None = None


class AcceptCase(Step, frozen=True, kw_only=True, tag="accept_case"):
    """The office prosecutes."""

    by: Words


class DeclineCase(Step, frozen=True, kw_only=True, tag="decline_case"):
    """The office does not, for a reason of stages.json."""

    by: Words
    reason: Words


class StepAside(Step, frozen=True, kw_only=True, tag="step_aside"):
    """Somebody of the office has a conflict of interest and is out of the case."""

    by: Words
    reason: Words


class AddAccused(Step, frozen=True, kw_only=True, tag="add_accused"):
    """Somebody is accused; without `born` no date of birth is on file."""

    by: Words
    accused: Words
    name: Words
    born: date | None = None


class FileCount(Step, frozen=True, kw_only=True, tag="file_count"):
    """`offence` is an id of offences.csv, `act_on` the day of the act."""

    by: Words
    accused: Words
    count: Words
    offence: Words
    act_on: date


class EnterStage(Step, frozen=True, kw_only=True, tag="enter_stage"):
    """The counts named, or all of the accused that may, come to a stage of stages.json."""

    by: Words
    accused: Words
    stage: Words
    counts: tuple[Words, ...] = ()


class SetHearing(Step, frozen=True, kw_only=True, tag="set_hearing"):
    """`kind` and `court` are words of stages.json."""

    by: Words
    hearing: Words
    kind: Words
    court: Words
    accused: Words
    set_for: Time


class HoldHearing(Step, frozen=True, kw_only=True, tag="hold_hearing"):
    """The hearing begins."""

    by: Words
    hearing: Words


class DemandHearing(Step, frozen=True, kw_only=True, tag="demand_hearing"):
    """The accused demands a preliminary hearing."""

    by: Words
    accused: Words


class ReleaseAccused(Step, frozen=True, kw_only=True, tag="release_accused"):
    """The accused is out of custody."""

    by: Words
    accused: Words


class GrantContinuance(Step, frozen=True, kw_only=True, tag="grant_continuance"):
    """The trial is put off by so many days, on a ground of stages.json."""

    by: Words
    accused: Words
    ground: Words
    days: Annotated[int, msgspec.Meta(ge=1)]


class RecordOutcome(Step, frozen=True, kw_only=True, tag="record_outcome"):
    """What came of a count where it stands: a word of stages.json."""

    by: Words
    count: Words
    outcome: Words


class ConferWithVictim(Step, frozen=True, kw_only=True, tag="confer_with_victim"):
    """The outcome is proposed, and the victim of the count is conferred with: words of victims.json."""

    by: Words
    count: Words
    outcome: Words
    way: Words
    position: Words


ReferralStep = ReferCase | AcceptCase | DeclineCase | StepAside
ChargeStep = AddAccused | FileCount
CourseStep = EnterStage | SetHearing | HoldHearing | DemandHearing | ReleaseAccused | GrantContinuance | RecordOutcome
CourtStep = ReferralStep | ChargeStep | CourseStep | ConferWithVictim
