"""What two pages of one address say otherwise, marked on the later of them. Pure: two pages come in, one comes out.

The pages are compared as they are written, sentence by sentence, so that no field can be forgotten. What only the
passing of time says otherwise is no difference; a state that it brings, such as overdue, is.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from typing import Literal, NamedTuple

from services.console.frame.markup import Element, Text, read, with_put_in
from services.console.frame.passing import meant, shown
from services.console.frame.words import Words

Kind = Literal["new", "changed", "gone"]

# fmt: off
BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "header", "hr", "legend", "li", "main", "nav",
    "ol", "p", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
])
# fmt: on
WHOLES = frozenset(["details", "dl", "li", "ol", "section", "table", "tr", "ul"])
"""What is new or gone as one, where all of it is."""
PICTURES = frozenset(["button", "form", "noscript", "script", "select", "style", "svg", "template"])
"""What stands in them stands in sentences, too, or is no part of what is told."""
LONGEST = 120
ALIKE = 0.5


class Unit(NamedTuple):
    """A sentence of a page, or what stands alone like one. `path` is where it belongs, `means` what it says."""

    path: str
    means: str
    said: str
    begin: int
    end: int
    block: Element


class Change(NamedTuple):
    """`said` is what stands there now, of what is gone what stood there; `before` what stood there of what changed."""

    kind: Kind
    said: str
    before: str = ""


class Compared(NamedTuple):
    """The page with its marks; the mark of each change, in this order, has its number from 1 in its id."""

    text: str
    changes: Sequence[Change]


class _Step(NamedTuple):
    """One of both, or both where it is the same or changed."""

    old: Unit | None
    new: Unit | None


def compared(page: str, before: str, words: Words) -> Compared:
    """`page` with what it says otherwise than `before` marked: each by a word, and what stood there, where it stood."""
    olds, news = list(units(read(before))), list(units(read(page)))
    steps = _steps(olds, news)
    is_new = {id(step.new) for step in steps if step.old is None}
    is_gone = {id(step.old) for step in steps if step.new is None}
    new_wholes, gone_wholes = _wholes(news, is_new), _wholes(olds, is_gone)
    changes: list[Change] = []
    put_in: list[tuple[int, str]] = []
    named: dict[int, str] = {}
    done: set[int] = set()
    last: Unit | None = None
    for place, (old, new) in enumerate(steps):
        if new is None and old is not None:
            whole = gone_wholes[id(old)]
            if id(whole) not in done:
                done.add(id(whole))
                said = " · ".join(each.said for each in olds if gone_wholes.get(id(each)) is whole)
                changes.append(Change("gone", said))
                following = next((step.new for step in steps[place:] if step.new is not None), None)
                put_in.append(_gone(whole, said, last, following, len(changes), words))
        elif new is not None and old is None:
            whole = new_wholes[id(new)]
            if id(whole) not in done:
                done.add(id(whole))
                said = " · ".join(each.said for each in news if new_wholes.get(id(each)) is whole)
                changes.append(Change("new", said))
                named |= _named(whole, "new")
                put_in.append((new.begin, _mark("new", len(changes), words)))
        elif new is not None and old is not None and old.means != new.means:
            changes.append(Change("changed", new.said, old.said))
            named |= _named(new.block, "changed")
            put_in += [
                (new.begin, _mark("changed", len(changes), words)),
                (new.end, f' <span class="was">{_say(words, "before")} <s>{escape(old.said)}</s></span>'),
            ]
        last = new or last
    return Compared(with_put_in(page, [*put_in, *named.items()]), changes)


def units(page: Element) -> Iterator[Unit]:
    """In the order they are read."""
    yield from _units(page, page, "")


def _units(element: Element, block: Element, path: str) -> Iterator[Unit]:
    run: list[Element | Text] = []
    for part in element.parts:
        if isinstance(part, Text) or not _breaks(part):
            run.append(part)
            continue
        yield from _unit(run, block, path)
        run = []
        if part.tag not in PICTURES:
            inner = part if part.tag in BLOCKS else block
            yield from _units(part, inner, f"{path}/{_called(part)}")
    yield from _unit(run, block, path)


def _breaks(element: Element) -> bool:
    """Whether a sentence ends where it begins. A moment, with the other clock folded in it, is a word of its own."""
    if element.has_class("when"):
        return False
    inner = (each for each in element.parts if isinstance(each, Element))
    return element.tag in BLOCKS or element.tag in PICTURES or any(map(_breaks, inner))


def _unit(run: Sequence[Element | Text], block: Element, path: str) -> Iterator[Unit]:
    spoken = [each for each in run if _read(each).strip()]
    said = " ".join("".join(map(_read, run)).split())
    if said:
        begin = spoken[0].begin + (_blank(spoken[0].said) if isinstance(spoken[0], Text) else 0)
        yield Unit(path, meant(said), shown(said), begin, spoken[-1].end, block)


def _read(part: Element | Text) -> str:
    if isinstance(part, Text):
        return part.said
    if part.tag == "br":
        return " "
    silent = part.attributes.get("aria-hidden") == "true" or part.has_class("utc")
    return "" if silent else "".join(map(_read, part.parts))


def _blank(text: str) -> int:
    return len(text) - len(text.lstrip())


def _called(element: Element) -> str:
    """By its name of its own, which tells a seat from another, where it has one."""
    given = (element.attributes.get(each) for each in ("id", "data-at", "aria-labelledby"))
    return f"{element.tag}#{next((each for each in given if each), '')}"


def _steps(olds: Sequence[Unit], news: Sequence[Unit]) -> Sequence[_Step]:
    """Both pages as one, in order."""
    old_keys, new_keys = ([(each.path, each.means) for each in page] for page in (olds, news))
    found: list[_Step] = []
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old_keys, new_keys, autojunk=False
    ).get_opcodes():
        there, here = olds[old_from:old_to], news[new_from:new_to]
        if what == "equal":
            found += map(_Step, there, here)
        else:
            found += _paired(there, here)
    return found


def _paired(olds: Sequence[Unit], news: Sequence[Unit]) -> Iterator[_Step]:
    """What stands at the same place was changed; what has no place in the other page is new, or gone."""
    of = _partners(olds, news)
    waiting = list(olds)
    for new in news:
        old = of.get(id(new))
        if old is not None:
            while waiting and waiting[0] is not old:
                yield _Step(waiting.pop(0), None)
            waiting.pop(0)
        yield _Step(old, new)
    for each in waiting:
        yield _Step(each, None)


def _partners(olds: Sequence[Unit], news: Sequence[Unit]) -> dict[int, Unit]:
    """By the id of the new one; in the order of both."""
    by_path = defaultdict[str, tuple[list[Unit], list[Unit]]](lambda: ([], []))
    for side, units_ in enumerate((olds, news)):
        for each in units_:
            by_path[each.path][side].append(each)
    wanted: dict[int, Unit] = {}
    for there, here in by_path.values():
        if len(there) == len(here):
            wanted |= {id(new): old for old, new in zip(there, here, strict=True)}
            continue
        left = list(there)
        for new in here:
            alike = next((old for old in left if _alike(old, new)), None)
            if alike is not None:
                wanted[id(new)] = alike
                del left[: left.index(alike) + 1]
    return _in_order(olds, news, wanted)


def _in_order(olds: Sequence[Unit], news: Sequence[Unit], wanted: dict[int, Unit]) -> dict[int, Unit]:
    places, last = {id(each): place for place, each in enumerate(olds)}, -1
    found: dict[int, Unit] = {}
    for new in news:
        old = wanted.get(id(new))
        if old is not None and places[id(old)] > last:
            found[id(new)], last = old, places[id(old)]
    return found


def _alike(old: Unit, new: Unit) -> bool:
    return SequenceMatcher(None, old.means.split(), new.means.split()).ratio() >= ALIKE


def _wholes(units_: Sequence[Unit], these: set[int]) -> dict[int, Element]:
    """For each of these the largest list, row or section of which nothing else is said; else its own block."""
    others = {id(element) for each in units_ if id(each) not in these for element in _around(each.block)}
    found: dict[int, Element] = {}
    for each in units_:
        if id(each) in these:
            alone = (element for element in _around(each.block) if element.tag in WHOLES and id(element) not in others)
            found[id(each)] = max(alone, key=lambda element: element.end - element.begin, default=each.block)
    return found


def _around(element: Element) -> Iterator[Element]:
    at: Element | None = element
    while at is not None:
        yield at
        at = at.within


def _gone(
    whole: Element, said: str, last: Unit | None, following: Unit | None, number: int, words: Words
) -> tuple[int, str]:
    """As a line of the list it stood in, where that is still there; else behind what stood before it."""
    inner = f"{_mark('gone', number, words)}<s>{escape(said)}</s>"
    if whole.tag == "li":
        for unit, after in ((last, True), (following, False)):
            beside = next((each for each in _around(unit.block) if each.tag == "li"), None) if unit else None
            if beside is not None and _path(beside.within) == _path(whole.within):
                return beside.end if after else beside.begin, f'<li data-changed="gone">{inner}</li>'
    if last is not None:
        return last.end, f' <span data-changed="gone">{inner}</span>'
    return (following.begin if following else 0), f'<span data-changed="gone">{inner}</span> '


def _path(element: Element | None) -> str:
    return "/".join(_called(each) for each in _around(element)) if element else ""


def _named(element: Element, kind: Kind) -> dict[int, str]:
    """For the eye, a line beside all of it; by its place."""
    return {element.begin + 1 + len(element.tag): f' data-changed="{kind}"'} if element.tag else {}


def _mark(kind: Kind, number: int, words: Words) -> str:
    return f'<b class="change" id="change-{number}" tabindex="-1">{_say(words, kind)}</b> '


def _say(words: Words, what: str) -> str:
    return escape(words.say(f"compared.{what}"))


def cut(said: str) -> str:
    """For a list of changes: enough to know which it is."""
    return said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()}…"
