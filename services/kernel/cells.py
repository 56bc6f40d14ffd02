"""Which counts may be told, so that none of fewer than eleven is told or can be worked out. Pure.

Every rule here is for one partition whose total is told: what is left out must not follow from what is told, not even
for somebody who knows these rules. Zero is hidden like ten.
"""

from collections.abc import Mapping, Sequence

LEAST = 11
"""The least number that is told: one to ten are left out (CMS cell suppression policy), and none too."""


def merged(sizes: Sequence[int], least: int = LEAST) -> list[tuple[int, int]]:
    """Neighbours put together until each part has at least `least`, as places from and up to; none if all have less.

    From the left, so that what is added on the right changes no part but the last.
    """
    parts: list[tuple[int, int]] = []
    began, gathered = 0, 0
    for place, size in enumerate(sizes):
        gathered += size
        if gathered >= least:
            parts.append((began, place + 1))
            began, gathered = place + 1, 0
    if parts and began < len(sizes):
        parts[-1] = (parts[-1][0], len(sizes))
    return parts


def small(sizes: Mapping[str, int], least: int = LEAST) -> set[str]:
    """Those that are never told by themselves."""
    return {name for name, size in sizes.items() if size < least}


def cover(sizes: Mapping[str, int], least: int = LEAST) -> bool:
    """Whether the small ones cover for each other once their total is known, or there are none.

    They do when that is at least `least`, and so far from the most they could come to that any of them may be nothing.
    """
    out = small(sizes, least)
    total = sum(sizes[name] for name in out)
    return not out or least <= total <= (least - 1) * (len(out) - 1)


def left_out(sizes: Mapping[str, int], least: int = LEAST) -> set[str]:
    """Which of them are left out: each below `least`, or all of them, where that would tell of a single one.

    Nobody else is left out in their stead: by whom it was one could see what they had to cover.
    """
    return small(sizes, least) if cover(sizes, least) else set(sizes)
