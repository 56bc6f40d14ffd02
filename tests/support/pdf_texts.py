"""The texts of a PDF that packs nothing and has its letters in it, as ReportLab writes it here."""

import re
from collections.abc import Iterator, Sequence


def texts_of(pdf: bytes) -> Sequence[Sequence[str]]:
    """Of each sheet the texts that are drawn, as whoever copies them out gets them: by the fonts' own tables."""
    objects = dict(re.findall(rb"(?:^|\n)(\d+) 0 obj\n(.*?)endobj", pdf, re.DOTALL))
    tables = {
        name: dict(re.findall(rb"<(..)> <(....)>\n", objects[unicode]))
        for font in objects.values()
        if b"/ToUnicode" in font
        for name, unicode in [(_found(rb"/Name /(\S+)", font), _found(rb"/ToUnicode (\d+)", font))]
    }
    pages = [objects[_found(rb"/Contents (\d+)", each)] for each in objects.values() if b"/Type /Page\n" in each]
    return [list(_drawn(each, tables)) for each in pages]


def _found(what: bytes, where: bytes) -> bytes:
    match = re.search(what, where)
    assert match
    return match[1]


def _drawn(page: bytes, tables: dict[bytes, dict[bytes, bytes]]) -> Iterator[str]:
    for line in re.findall(rb"BT (.*?) ET", page, re.DOTALL):
        shown, table = "", dict[bytes, bytes]()
        for font, text in re.findall(rb"/(\S+) [\d.]+ Tf|\(((?:[^\\()]|\\.)*)\) Tj", line, re.DOTALL):
            table = tables[font] if font else table
            codes = re.sub(rb"\\(\d{3}|.)", _unescaped, text, flags=re.DOTALL)
            shown += "".join(chr(int(table[b"%02X" % code], 16)) for code in codes)
        yield shown


def _unescaped(escaped: re.Match[bytes]) -> bytes:
    signs = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return bytes([int(escaped[1], 8)]) if escaped[1].isdigit() else signs.get(escaped[1], escaped[1])
