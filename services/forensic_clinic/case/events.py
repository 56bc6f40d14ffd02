"""What the clinic knows of a case: references, whose exam it may be, and who is kept out."""

from contracts.language import Event, Locating, Reference


class CaseNoted(Event, frozen=True, kw_only=True):
    """A tip as the tips service last told it. `person` is how the patient is known here, `age` decides who examines."""

    NAME = "clinic_case.noted"

    tip: Reference
    person: Reference
    age: Locating
    county: Locating


class CaseJoined(Event, frozen=True, kw_only=True):
    """The tip is about the person of an earlier one: one patient, who cannot be in two rooms at once."""

    NAME = "clinic_case.joined"

    tip: Reference
    first: Reference


class CaseParted(Event, frozen=True, kw_only=True):
    """The tip is about somebody else than the earlier one: its patient is its own again."""

    NAME = "clinic_case.parted"

    tip: Reference


class ExclusionEnded(Event, frozen=True, kw_only=True):
    """Only a linked tip kept the account out of this case, and that link was taken back."""

    NAME = "clinic_case.exclusion_ended"

    tip: Reference
    account: Reference


class AccountShutOut(Event, frozen=True, kw_only=True):
    """Whoever the tip names, or who has a conflict of interest: is shown no exam of the case and does none."""

    NAME = "clinic_case.account_shut_out"

    tip: Reference
    account: Reference


class ExamAdded(Event, frozen=True, kw_only=True):
    """An exam was requested for the case."""

    NAME = "clinic_case.exam_added"

    tip: Reference
    exam: Reference


CASE_EVENTS: tuple[type[Event], ...] = (
    CaseNoted,
    CaseJoined,
    CaseParted,
    AccountShutOut,
    ExclusionEnded,
    ExamAdded,
)
