"""How large each run is. The same code runs for every size: only these numbers differ."""

from datetime import timedelta

import msgspec


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """`command` is what people type. Of the shortest no page is written. What is not among `measures` is left out."""

    command: str
    writes_page: bool
    measures: tuple[str, ...]
    rounds: int
    seconds: float
    """Of one run of whatever appends or asks as fast as it can."""
    ways: tuple[tuple[int, int], ...]
    """Concurrent appends, and from how many processes."""
    folded: int
    viewed: int
    """Events that are read into a view."""
    loaded: tuple[int, ...]
    """Events of one aggregate, the fewest first."""
    stored: tuple[int, ...]
    """Events that a log has already when it is appended to, the fewest first."""
    clocks: int
    due: int
    within: timedelta
    tips_a_second: int
    tips_seconds: float
    cases: tuple[int, ...]
    """Open ones on the board, the fewest first."""
    boards: int
    boards_seconds: float
    remembered: int
    """Events in all logs of a house when its memory is looked at again."""
    caught_up: int
    """Tips that a consumer and the views find when they start."""
    on_file: int
    proved: tuple[int, ...]
    told: tuple[int, ...]
    tampered: int


TABLE = (
    "appends",
    "one_writer",
    "post_tips",
    "tip_to_team",
    "views",
    "fold",
    "load",
    "growth",
    "due",
    "board",
    "memory",
    "catch_up",
)
"""In the order in which they are reported."""
BESIDE = ("alike", "proof", "replay", "traces")
"""What is no row of the table, and was measured before."""

TINY = Size(
    command="python -m tests.bench tiny",
    writes_page=False,
    measures=(*TABLE, *BESIDE, "witness"),
    rounds=2,
    seconds=0.2,
    ways=((8, 1), (8, 2)),
    folded=2_000,
    viewed=400,
    loaded=(10, 200),
    stored=(1_000, 3_000),
    clocks=500,
    due=100,
    within=timedelta(seconds=2),
    tips_a_second=10,
    tips_seconds=1.0,
    cases=(60, 120),
    boards=2,
    boards_seconds=3.0,
    remembered=500,
    caught_up=20,
    on_file=20,
    proved=(2_000, 4_000),
    told=(50, 100),
    tampered=2,
)
QUICK = msgspec.structs.replace(
    TINY,
    command="make bench-quick",
    measures=("appends", "one_writer", "post_tips", "views", "fold", "load", "growth"),
    rounds=3,
    seconds=0.7,
    ways=((64, 1),),
    folded=20_000,
    viewed=5_000,
    loaded=(10, 1_000, 10_000),
    stored=(1_000, 100_000),
)
STANDARD = Size(
    command="make bench",
    writes_page=True,
    measures=(*TABLE, *BESIDE),
    rounds=3,
    seconds=2.0,
    ways=((64, 1), (256, 1), (64, 2), (256, 2)),
    folded=200_000,
    viewed=40_000,
    loaded=(10, 1_000, 100_000),
    stored=(1_000, 1_000_000),
    clocks=100_000,
    due=5_000,
    within=timedelta(seconds=5),
    tips_a_second=100,
    tips_seconds=8.0,
    cases=(500, 5_000),
    boards=200,
    boards_seconds=20.0,
    remembered=50_000,
    caught_up=1_000,
    on_file=500,
    proved=(100_000, 300_000),
    told=(1_000, 10_000),
    tampered=0,
)
LONG = msgspec.structs.replace(
    STANDARD,
    command="make bench-long",
    measures=(*TABLE, *BESIDE, "witness"),
    rounds=5,
    seconds=3.0,
    folded=1_000_000,
    viewed=360_000,
    stored=(1_000, 1_000_000, 10_000_000),
    clocks=1_000_000,
    due=10_000,
    within=timedelta(seconds=10),
    tips_seconds=60.0,
    boards_seconds=60.0,
    remembered=1_000_000,
    caught_up=36_000,
    proved=(100_000, 1_000_000),
    tampered=30,
)
SIZES = {"tiny": TINY, "quick": QUICK, "standard": STANDARD, "long": LONG}
