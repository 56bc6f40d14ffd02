"""The board of the next days by seat: counties of which the same is to be said are said together."""

from collections.abc import Sequence

import msgspec

from services.console.pages.rotas.answers import BoardRow


class Together(msgspec.Struct, frozen=True):
    """Counties where the same is missing, and what."""

    counties: list[str]
    missing: BoardRow


class OfSeat(msgspec.Struct, frozen=True, kw_only=True):
    """`counties` is how many there are; `without`, those of them that no rota for the seat holds."""

    seat: str
    counties: int
    has_rota: bool
    without: list[str]
    wanting: list[Together]


def of_seat(seat: str, rows: Sequence[BoardRow]) -> OfSeat:
    """What wants something done, in the order of the first county."""
    ours = [each for each in rows if each.seat == seat]
    together: list[Together] = []
    for row in (each for each in ours if each.rotas and not each.in_order):
        same = next((each for each in together if _same(each.missing, row)), None)
        if same is None:
            together.append(Together([row.county], row))
        else:
            same.counties.append(row.county)
    return OfSeat(
        seat=seat,
        counties=len(ours),
        has_rota=any(each.rotas for each in ours),
        without=[each.county for each in ours if not each.rotas],
        wanting=together,
    )


def _same(one: BoardRow, other: BoardRow) -> bool:
    return msgspec.structs.replace(one, county=other.county, rotas=other.rotas) == other
