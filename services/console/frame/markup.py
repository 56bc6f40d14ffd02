"""A page of ours, taken apart: its elements, each with its place in the text, so that something can be put in or left
out there and every other byte stays.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


class Text(NamedTuple):
    """Between two tags, as a person reads it."""

    begin: int
    end: int
    said: str


@dataclass(eq=False)
class Element:
    """From `begin`, before its first tag, to `end`, after its last; what is in it lies from `opened` to `closed`."""

    tag: str
    attributes: dict[str, str]
    within: "Element | None"
    begin: int
    opened: int
    closed: int = 0
    end: int = 0
    parts: list["Element | Text"] = field(default_factory=list)

    def every(self) -> "Iterator[Element]":
        """It, and all that are in it."""
        yield self
        for each in self.parts:
            if isinstance(each, Element):
                yield from each.every()

    @property
    def said(self) -> str:
        """All its text."""
        return "".join(each.said for each in self.parts)

    def has_class(self, name: str) -> bool:
        return name in self.attributes.get("class", "").split()


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0]
        for line in text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._text = text
        self.whole = self._at = Element("", {}, None, 0, 0, len(text), len(text))
        self.feed(text)
        self.close()

    @property
    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        begin, opened = self._place, self._place + len(self.get_starttag_text() or "")
        made = Element(tag, {name: value or "" for name, value in attrs}, self._at, begin, opened, opened, opened)
        self._at.parts.append(made)
        if tag not in VOID:
            self._at = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID and self._at.within is not None:
            self._at = self._at.within

    def handle_endtag(self, tag: str) -> None:
        place = self._place
        found: Element | None = self._at
        while found is not None and found.tag != tag:
            found = found.within
        if found is None or found.within is None:
            return
        found.closed, found.end = place, self._text.index(">", place) + 1
        self._at = found.within

    def handle_data(self, data: str) -> None:
        self._say(data, len(data))

    def handle_entityref(self, name: str) -> None:
        self._refer(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._refer(f"&#{name}")

    def _refer(self, reference: str) -> None:
        place = self._place + len(reference)
        written = reference + (";" if self._text[place : place + 1] == ";" else "")
        self._say(unescape(written), len(written))

    def _say(self, said: str, length: int) -> None:
        self._at.parts.append(Text(self._place, self._place + length, said))


def read(text: str) -> Element:
    """The whole, as an element without a name."""
    return _Reader(text).whole


def with_put_in(text: str, put_in: Iterable[tuple[int, str]]) -> str:
    """Each at its place; several at one place in the order given."""
    written, at = list[str](), 0
    for place, new in sorted(put_in, key=lambda each: each[0]):
        written += [text[at:place], new]
        at = place
    return "".join([*written, text[at:]])


def without(text: str, left_out: Sequence[Element]) -> str:
    """The text, without these elements."""
    written, at = list[str](), 0
    for each in sorted(left_out, key=lambda each: each.begin):
        if each.begin >= at:
            written.append(text[at : each.begin])
            at = each.end
    return "".join([*written, text[at:]])


def only_looked_at(text: str) -> str:
    """Without the forms that send something, what they are folded in, and the sections that hold nothing else."""
    page = read(text)
    sends = [each for each in page.every() if _sends(each)]
    hollow = [each for each in page.every() if each.tag == "section" and _is_hollow(each, sends)]
    return without(text, [*sends, *hollow])


def _sends(element: Element) -> bool:
    folded = element.tag == "details" and element.has_class("act")
    return folded or (element.tag == "form" and element.attributes.get("method") == "post")


def _is_hollow(section: Element, sends: Sequence[Element]) -> bool:
    """Whether it says nothing but its heading once these are out."""
    out = [each for each in section.every() if each in sends]
    return bool(out) and not _says(section, sends)


def _says(element: Element, sends: Sequence[Element]) -> bool:
    if element in sends or element.tag in {"h1", "h2", "h3"}:
        return False
    return any(_says(each, sends) if isinstance(each, Element) else bool(each.said.strip()) for each in element.parts)
