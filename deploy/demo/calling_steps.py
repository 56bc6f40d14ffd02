"""The lines of a scenario about people who are called: by mail, to invented addresses, for a seat or for a drill."""

from typing import Literal

from deploy.demo.lines import Step, Words
from deploy.demo.rota_steps import InTurn, SeatName


class SetUpMail(Step, frozen=True, kw_only=True, tag="set_up_mail"):
    """The house reaches people by mail from now on; every mail ends in the demonstration's own mailbox."""

    tip: str = ""


class ProveEmail(Step, frozen=True, kw_only=True, tag="prove_email"):
    """Each states an address of their own, is sent a code to it, and types the code back."""

    tip: str = ""
    responders: InTurn


class AnswerByCode(Step, frozen=True, kw_only=True, tag="answer_by_code"):
    """The responder answers with the code of the mail that asks for the seat, and does not sign in.

    A `reason` says no; without one it is a yes, `under_way` or not.
    """

    seat: SeatName
    responder: Words
    reason: Words | None = None
    under_way: bool = False


class SayUnderWay(Step, frozen=True, kw_only=True, tag="say_under_way"):
    """Whoever accepted is on their way, and says so on their page."""

    seat: SeatName
    responder: Words


class StartDrill(Step, frozen=True, kw_only=True, tag="start_drill"):
    """Whoever is on call for the county is paged, marked as a drill. `drill` is the label from now on."""

    tip: str = ""
    by: Words
    drill: Words
    county: Words


class AnswerDrill(Step, frozen=True, kw_only=True, tag="answer_drill"):
    """With the code of the mail, which bears the mark of a drill."""

    tip: str = ""
    drill: Words
    responder: Words
    answer: Literal["comes", "cannot"]


class EndDrill(Step, frozen=True, kw_only=True, tag="end_drill"):
    """Nobody is waited for any more."""

    tip: str = ""
    by: Words
    drill: Words


CallingStep = SetUpMail | ProveEmail | AnswerByCode | SayUnderWay | StartDrill | AnswerDrill | EndDrill
