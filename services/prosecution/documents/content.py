"""What a document says, block by block, made once: the page and the paper are drawn from it and cannot differ. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from contracts.jurisdictions.documents import BLANK, Caption, DocumentRules, Part, Template

Rows = tuple[tuple[str, ...], ...]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A heading, a paragraph, terms with what they are, a table below its head, or a rule to sign on."""

    kind: Literal["heading", "text", "facts", "table", "sign"]
    text: str = ""
    head: tuple[str, ...] = ()
    rows: Rows = ()


class Rested(msgspec.Struct, frozen=True, kw_only=True):
    """An event the document rests on: its name, when it was recorded, with the zone, and the short form of its id."""

    name: str
    recorded_at: str
    event: str


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """All of a document but its hash. `document`, `issued_at` and `marks` are empty in a draft.

    `position` is the last in the log of what it rests on.
    """

    template: str
    version: int
    title: str
    caption: tuple[str, ...]
    blocks: tuple[Block, ...]
    rests_on: tuple[Rested, ...]
    position: int
    document: str = ""
    issued_at: str = ""
    marks: tuple[str, ...] = ()


def digest_of(content: Content) -> str:
    """SHA-256 of every word of it, in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def foot_of(content: Content, digest: str) -> tuple[str, ...]:
    """What stands below the events it rests on, the hash last; a draft has none, and no reference."""
    lines = [
        f"The log as far as position {content.position}.",
        f"Template {content.template}, version {content.version}.",
    ]
    if content.document:
        lines.append(f"Document {content.document}, issued {content.issued_at}.")
    lines += [f"Mark {mark}" for mark in content.marks]
    return (*lines, f"SHA-256 of this content: {digest}") if digest else tuple(lines)


def blocks_of(
    template: Template, rules: DocumentRules, blanks: Mapping[str, str], tables: Mapping[str, Rows]
) -> tuple[Block, ...]:
    """The template with its blanks filled in; a blank that is not known is a rule that says so."""
    return tuple(_block(part, rules, blanks, tables) for part in template.parts)


def caption_of(caption: Caption, rules: DocumentRules, blanks: Mapping[str, str]) -> tuple[str, ...]:
    """The lines a paper is headed with."""
    return tuple(_filled(line, rules, blanks) for line in caption.lines)


def unknown(rules: DocumentRules) -> str:
    """What stands for a blank that is not on file."""
    return f"{rules.rule} {rules.not_on_file}"


def _block(part: Part, rules: DocumentRules, blanks: Mapping[str, str], tables: Mapping[str, Rows]) -> Block:
    if part.table:
        return Block(kind="table", head=rules.tables[part.table], rows=tables.get(part.table, ()))
    if part.facts:
        filled = tuple((_filled(term, rules, blanks), _filled(value, rules, blanks)) for term, value in part.facts)
        return Block(kind="facts", rows=filled)
    if part.heading:
        return Block(kind="heading", text=_filled(part.heading, rules, blanks))
    if part.sign:
        return Block(kind="sign", text=_filled(part.sign, rules, blanks))
    return Block(kind="text", text=_filled(part.text, rules, blanks))


def _filled(text: str, rules: DocumentRules, blanks: Mapping[str, str]) -> str:
    return BLANK.sub(lambda found: blanks.get(found[1]) or unknown(rules), text)


def used_in(template: Template, caption: Caption) -> Sequence[str]:
    """The blanks a document has, each once, in order."""
    texts = [*caption.lines, *(said for part in template.parts for said in part.said)]
    return list(dict.fromkeys(name for text in texts for name in BLANK.findall(text)))
