"""The lines of a scenario about rotas: opened, filled with turns, overridden, swapped. They are about no tip."""

from typing import Annotated, Literal

import msgspec

from deploy.demo.lines import Step, Time, Words

SeatName = Literal["cps_investigator", "trafficking_investigator", "victim_advocate"]
InTurn = Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]


class OpenRota(Step, frozen=True, kw_only=True, tag="open_rota"):
    """For a seat in these counties, or without any in the whole state. `rota` is the label from now on."""

    tip: str = ""
    by: Words
    rota: Words
    seat: SeatName
    counties: tuple[Words, ...] = ()


class SetTurns(Step, frozen=True, kw_only=True, tag="set_turns"):
    """These take turns of so many hours, the first from `starts` on, whatever was shown to be missing."""

    tip: str = ""
    by: Words
    rota: Words
    responders: InTurn
    hours: int
    starts: Time


class StandIn(Step, frozen=True, kw_only=True, tag="stand_in"):
    """The responder is put in the place of whoever's turn it is, whatever was shown to be missing."""

    tip: str = ""
    by: Words
    rota: Words
    responder: Words
    since: Time
    until: Time


class SwapTurns(Step, frozen=True, kw_only=True, tag="swap_turns"):
    """The responder offers a turn to `holder` for one of theirs, by their numbers, and `holder` says yes."""

    tip: str = ""
    responder: Words
    holder: Words
    rota: Words
    number: int
    in_return: int


RotaStep = OpenRota | SetTurns | StandIn | SwapTurns
