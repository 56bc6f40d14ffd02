"""The documents a prosecutor's office makes of a case: templates with named blanks, and how each court is headed."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

from contracts.jurisdictions.checks import refuse_unknown
from contracts.jurisdictions.errors import DataRefused
from contracts.jurisdictions.marks import Confidence, Loaded
from contracts.jurisdictions.reading import by_key

DOCUMENTS = "documents.json"
# No table of the state's courts of criminal cases holds it: it is a division of another court (43-21-107).
YOUTH = "youth"
BLANK = re.compile(r"\{(\w+)\}")

About = Literal["hearing_notice", "paper", "discovery", "petition", "trial_days"]
"""What a document is about: of these the code knows the facts."""


class Part(Loaded, frozen=True, kw_only=True):
    """One of these: a paragraph, a heading, terms with what they are, a table by name, who signs."""

    text: str = ""
    heading: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    table: str = ""
    sign: str = ""

    @property
    def said(self) -> Iterator[str]:
        """Every text of it, with its blanks."""
        yield from (self.text, self.heading, self.sign)
        yield from (each for fact in self.facts for each in fact)


class Caption(Loaded, frozen=True, kw_only=True):
    """How papers of a court are headed. Never changed: another wording is another caption, and a template's version."""

    caption: str
    lines: tuple[str, ...]
    source: str
    confidence: Confidence
    note: str | None


class Template(Loaded, frozen=True, kw_only=True):
    """A version of a document. Never changed once something was issued by it: another wording is a further version.

    `captions` are by court. Of papers it fits those whose kind is among `kinds`. `child` says how an accused is named
    who is not known to be an adult.
    """

    template: str
    version: int
    title: str
    about: About
    captions: Mapping[str, str]
    kinds: tuple[str, ...] = ()
    child: Literal["name", "initials"]
    parts: tuple[Part, ...]
    source: str
    confidence: Confidence
    note: str | None


class DocumentRules(Loaded, frozen=True, kw_only=True):
    """`blanks` and `tables` are closed lists; `rule` and `not_on_file` stand where a blank is not known."""

    source: str
    confidence: Confidence
    note: str
    rule: str
    not_on_file: str
    courts: Mapping[str, str]
    blanks: Mapping[str, str]
    tables: Mapping[str, tuple[str, ...]]
    captions: tuple[Caption, ...]
    templates: tuple[Template, ...]

    def in_force(self) -> tuple[Template, ...]:
        """The latest version of each, in the order of the file."""
        return tuple({each.template: each for each in self.templates}.values())

    def template(self, name: str, version: int | None = None) -> Template | None:
        """The latest version, or the one asked for; None for one that is not on file."""
        among = self.in_force() if version is None else self.templates
        found = (each for each in among if each.template == name and version in (None, each.version))
        return next(found, None)

    def caption(self, template: Template, court: str) -> Caption | None:
        """None for a court the template is not for."""
        name = template.captions.get(court)
        return next((each for each in self.captions if each.caption == name), None)


def blanks_in(texts: Iterable[str]) -> set[str]:
    """The names of all blanks."""
    return {name for text in texts for name in BLANK.findall(text)}


def refuse_contradictory_documents(rules: DocumentRules, courts: Collection[str], papers: Collection[str]) -> None:
    """`courts` and kinds of `papers` are those on file. Raises `DataRefused`."""
    refuse_unknown(DOCUMENTS, "", "courts", rules.courts, {*courts, YOUTH})
    captions = by_key(DOCUMENTS, rules.captions, lambda each: each.caption)
    for caption in rules.captions:
        refuse_unknown(DOCUMENTS, f"caption {caption.caption}", "lines", blanks_in(caption.lines), rules.blanks)
    by_key(DOCUMENTS, rules.templates, lambda each: (each.template, each.version))
    for template in rules.templates:
        row = f"template {template.template} version {template.version}"
        latest = rules.template(template.template)
        if latest is None or latest.version < template.version:
            raise DataRefused(DOCUMENTS, row, "version", "versions of a template stand in rising order.")
        refuse_unknown(DOCUMENTS, row, "captions", template.captions, rules.courts)
        refuse_unknown(DOCUMENTS, row, "captions", template.captions.values(), captions)
        refuse_unknown(DOCUMENTS, row, "kinds", template.kinds, papers)
        if (template.about == "paper") != bool(template.kinds):
            raise DataRefused(DOCUMENTS, row, "kinds", "a document about a paper says of which kinds, and no other.")
        for part in template.parts:
            refuse_unknown(DOCUMENTS, row, "parts", blanks_in(part.said), rules.blanks)
            refuse_unknown(DOCUMENTS, row, "parts", [part.table] if part.table else [], rules.tables)
            if sum(map(bool, (part.text, part.heading, part.facts, part.table, part.sign))) != 1:
                raise DataRefused(DOCUMENTS, row, "parts", "a part is one of text, heading, facts, table, sign.")
