#!/usr/bin/env python3
"""Checks a sealed case file of Muster. Plain Python 3.8 or later, nothing else, and no network.

    python3 -I verify.py CASE-FILE.zip --key FINGERPRINT [--key FINGERPRINT ...]

FINGERPRINT is that of the auditors' key, as they gave it to you by another road than this file: on paper, by telephone.
Every further one is of a witness (a second agency, say), which must then have countersigned all that is proved here.

Exit status: 0 the file is whole and sealed by the key you named; 1 refused; 2 wrongly called; 3 whole, but you named no
key, so whose it is has not been shown. Take this program from a place you trust: the copy inside a file proves nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import struct
import sys
import uuid
from typing import Any, NoReturn

FORM = "muster-case-file/v1"
SEALED = b"muster-document/v1\n"
LEAF = b"muster-leaf/v1\n"
MANIFEST, SEAL = "manifest.json", "manifest.sig"
NAME = re.compile(r"[a-z0-9_-]+(?:[./][a-z0-9_-]+)*")
LOG, WITNESS = 0x01, 0x04


class Refused(Exception):
    """The sentence says what does not hold."""


def refuse(sentence: str) -> NoReturn:
    raise Refused(sentence)


# --- Ed25519 (RFC 8032). Slow and plain; it checks public signatures only, so that its time tells nobody anything.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _added(a: Any, b: Any) -> Any:
    """Of two points in extended coordinates."""
    one = (a[1] - a[0]) * (b[1] - b[0]) % P
    two = (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(scalar: int, point: Any) -> Any:
    found = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = _added(found, point)
        point, scalar = _added(point, point), scalar >> 1
    return found


def _point(written: bytes) -> Any:
    """None for what is no point, or is not written in the one way there is."""
    y = int.from_bytes(written, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def _written(point: Any) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    written: bytes = (y | (x & 1) << 255).to_bytes(32, "little")
    return written


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's over this message; never by another spelling of the same signature."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, scalar = _point(public), int.from_bytes(signature[32:], "little")
    # A key of small order signs anything.
    if key is None or scalar >= ORDER or _written(_times(8, key)) == _written((0, 1, 1, 0)):
        return False
    challenge = hashlib.sha512(signature[:32] + public + message).digest()
    x, y, z, t = _times(int.from_bytes(challenge, "little") % ORDER, key)
    return _written(_added(_times(scalar, BASE), (P - x, y, z, P - t))) == signature[:32]


# --- The archive: one way to write it. Read, written again and compared, so that no byte of a header is free.

_LOCAL, _CENTRAL, _END = "<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"


def archive_of(entries: dict[str, bytes]) -> bytes:
    """ZIP as case files are: stored, in order, of the first day ZIP knows, nothing before, between or after."""
    body, directory = bytearray(), bytearray()
    for name, content in entries.items():
        path, crc, size = name.encode(), binascii.crc32(content), len(content)
        directory += struct.pack(
            _CENTRAL, b"PK\x01\x02", 3 << 8 | 20, 20, 0, 0, 0, 33, crc, size, size, len(path), 0, 0, 0, 0,
            0o100644 << 16, len(body),
        )  # fmt: skip
        directory += path
        body += struct.pack(_LOCAL, b"PK\x03\x04", 20, 0, 0, 0, 33, crc, size, size, len(path), 0) + path + content
    count = len(entries)
    return bytes(body + directory + struct.pack(_END, b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0))


def entries_of(archive: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    at, head = 0, struct.calcsize(_LOCAL)
    while archive[at : at + 4] == b"PK\x03\x04" and at + head <= len(archive):
        size, length = struct.unpack_from("<LH", archive, at + 22)
        begin = at + head + length
        name = archive[at + head : begin].decode("ascii", "replace")
        if not NAME.fullmatch(name) or name in found:
            refuse("A file in the archive has a name it cannot have.")
        found[name], at = archive[begin : begin + size], begin + size
    if archive_of(found) != archive:
        refuse("The archive is not byte for byte as it was made: a header, the directory or the end was changed.")
    return found


# --- Keys, checkpoints and the tree (C2SP signed-note, tlog-checkpoint, tlog-cosignature; RFC 9162).


def decoded(text: Any) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (ValueError, TypeError):
        refuse("Something that must be base64 is not.")
    if base64.b64encode(found).decode() != text:
        refuse("Something is written in base64 in another way than the one there is.")
    return found


def fingerprint(vkey: str) -> str:
    return hashlib.sha256(vkey.encode()).hexdigest()


class Key:
    """Of a log or a witness, from its `vkey`: name, id and public key."""

    def __init__(self, vkey: str) -> None:
        self.vkey = vkey
        self.name, _, rest = vkey.partition("+")
        written, _, key = rest.partition("+")
        self.kind, self.public = (decoded(key) or b"\0")[0], decoded(key)[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + decoded(key)).digest()[:4]
        if self.id.hex() != written or len(self.public) != 32:
            refuse("A key in the file is none.")


class Checkpoint:
    """The signed head of a log's tree, with the lines of signatures below it."""

    def __init__(self, note: str) -> None:
        self.text, _, below = note.partition("\n\n")
        self.text += "\n"
        lines = self.text.split("\n")
        if len(lines) != 4 or not re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]):
            refuse("A checkpoint cannot be read.")
        self.origin, self.size, self.root = lines[0], int(lines[1]), decoded(lines[2])
        self.lines = below.splitlines()

    def is_signed_by(self, key: Key) -> bool:
        """By the log itself, or countersigned by a witness, at whatever time."""
        for line in self.lines:
            name, _, written = line.rpartition(" ")
            if name != "\u2014 " + key.name:
                continue
            signature = decoded(written)
            said, message = signature[4:], self.text.encode()
            if key.kind == WITNESS:
                seconds, said = int.from_bytes(said[:8], "big"), said[8:]
                message = f"cosignature/v1\ntime {seconds}\n{self.text}".encode()
            if signature[:4] == key.id and is_signed(key.public, message, said):
                return True
        return False


def leaf_of(row: dict[str, Any]) -> bytes:
    """Of a row that is shown: every byte of it counts, and of what is sealed its commitment and digest."""
    name = row["name"].encode()
    numbers = b"".join(each.to_bytes(8, "big") for each in (row["position"], row["version"], len(name)))
    before, stream = decoded(row["before"]), uuid.UUID(row["stream"]).bytes
    if len(before) != 32:
        refuse("A row does not say what stood before it.")
    content = b"".join((LEAF, numbers, stream, before, name, row["state"].encode()))
    return hashlib.sha256(b"\0" + content).digest()


def root_of(leaf: bytes, place: int, last: int, proof: list[str]) -> bytes:
    """The root of the tree in which this leaf has this place, if the proof is right (RFC 9162 2.1.3.2)."""
    if not 0 <= place <= last:
        refuse("A row stands outside the tree it is proved by.")
    root = leaf
    for each in proof:
        if last == 0:
            refuse("A proof is too long.")
        left = bool(place & 1) or place == last
        while left and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
        pair = decoded(each) + root if left else root + decoded(each)
        root = hashlib.sha256(b"\1" + pair).digest()
    if last:
        refuse("A proof is too short.")
    return root


# --- The case file.


class CaseFile:
    """One whose every byte is covered by its seal. Raises `Refused` in the making."""

    def __init__(self, archive: bytes) -> None:
        self.entries = entries_of(archive)
        names = list(self.entries)
        if names[:2] != [MANIFEST, SEAL]:
            refuse("This is no case file: manifest and seal do not come first.")
        manifest = self.entries[MANIFEST]
        try:
            self.manifest: dict[str, Any] = json.loads(manifest)
            self.key = Key(self.manifest["sealed_by"])
            files = [(each["name"], each["bytes"], each["sha256"]) for each in self.manifest["files"]]
        except (ValueError, KeyError, TypeError):
            refuse("The manifest cannot be read.")
        if self.manifest.get("form") != FORM:
            refuse("The case file is of a form that this program does not know.")
        seal = self.entries[SEAL]
        signature = bytes.fromhex(seal.decode()) if re.fullmatch(b"[0-9a-f]{128}\n", seal) else b""
        if self.key.kind != LOG or not is_signed(self.key.public, SEALED + manifest, signature):
            refuse("The seal is broken: the manifest is not what was signed.")
        if files != [(n, len(c), hashlib.sha256(c).hexdigest()) for n, c in list(self.entries.items())[2:]]:
            refuse("A file in the archive is not the one that was sealed.")
        self.logs = {service: Key(vkey) for service, vkey in self.manifest["logs"].items()}
        self.witnesses = [Key(vkey) for vkey in self.manifest["witnesses"]]
        self.heads = [Checkpoint(c.decode()) for n, c in self.entries.items() if n.startswith("checkpoints/")]

    def check_rows(self) -> tuple[int, int]:
        """Every row is in a head that its log signed; how many are shown, and how many by their hash alone."""
        by_place: dict[tuple[str, int], dict[str, Any]] = {}
        for service, key in self.logs.items():
            heads = {each.size: each for each in self.heads if each.origin == key.name}
            if key.kind != LOG or not all(each.is_signed_by(key) for each in heads.values()):
                refuse(f"A checkpoint of {service} is not signed by its log.")
            leaves: dict[tuple[str, int], bytes] = {}
            for row in json.loads(self.entries[f"rows/{service}.json"]):
                shown, head = "state" in row, heads.get(row["size"])
                leaf = leaf_of(row) if shown else decoded(row["leaf"])
                if head is None or root_of(leaf, row["position"] - 1, head.size - 1, row["proof"]) != head.root:
                    refuse(f"Row {row['position']} of {service} is not in the log that was signed.")
                if shown:
                    before = leaves.get((row["stream"], row["version"] - 1))
                    first = bytes(32) if row["version"] == 1 else before
                    if first is not None and decoded(row["before"]) != first:
                        refuse(f"Row {row['position']} of {service} does not follow the one before it.")
                    leaves[row["stream"], row["version"]] = leaf
                by_place[service, row["position"]] = row
        if {each.origin for each in self.heads} - {key.name for key in self.logs.values()}:
            refuse("There is a checkpoint of a log that is not named.")
        self._check_timeline(by_place)
        shown_rows = sum("state" in row for row in by_place.values())
        return shown_rows, len(by_place) - shown_rows

    def _check_timeline(self, rows: dict[tuple[str, int], dict[str, Any]]) -> None:
        """What is told with a time is told of a row, and with its time."""
        timeline = json.loads(self.entries["timeline.json"])
        places = [(each["service"], each["position"]) for each in timeline["told"] + timeline["withheld"]]
        if sorted(places) != sorted(rows):
            refuse("The timeline does not tell of just the rows there are.")
        for each in timeline["told"]:
            row = rows[each["service"], each["position"]]
            if "state" in row:
                state = json.loads(row["state"])
                if (row["name"], state["recorded_at"], state["happened_at"]) != (
                    each["name"], each["recorded_at"], each["happened_at"],
                ):  # fmt: skip
                    refuse(f"Sentence {each['number']} of the timeline is not told as its row has it.")

    def check_keys(self, wanted: list[str]) -> None:
        """The seal is of a key among those named, and every other one named countersigned all there is."""
        by_print = {fingerprint(each.vkey): each for each in self.witnesses}
        if wanted and fingerprint(self.key.vkey) not in wanted:
            refuse("The file was sealed by another key than you named.")
        for each in wanted:
            if each == fingerprint(self.key.vkey):
                continue
            if each not in by_print:
                refuse("A key you named is of no witness of this file.")
            if not self.heads or not all(head.is_signed_by(by_print[each]) for head in self.heads):
                refuse(f"{by_print[each].name} did not countersign all that is proved here.")


def plain(text: object) -> str:
    """Without what would move about on the screen: whose file it is may not be known yet."""
    return "".join(each if each.isprintable() else "?" for each in str(text))


def arguments(argv: list[str]) -> tuple[str, list[str]] | None:
    files, keys, at = [], [], 0
    while at < len(argv):
        if argv[at] == "--key" and at + 1 < len(argv):
            at += 1
            keys.append(re.sub("[^0-9a-f]", "", argv[at].lower()))
        else:
            files.append(argv[at])
        at += 1
    return (files[0], keys) if len(files) == 1 and all(len(each) == 64 for each in keys) else None


def main(argv: list[str]) -> int:
    asked = arguments(argv)
    if asked is None:
        sys.stderr.write(__doc__ or "")
        return 2
    try:
        with open(asked[0], "rb") as file:  # noqa: PTH123  # nothing but what a reader of this page knows
            case_file = CaseFile(file.read())
        shown, hashed = case_file.check_rows()
        case_file.check_keys(asked[1])
    except Refused as why:
        print(f"REFUSED. {why}")
        return 1
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        print(f"REFUSED. The file cannot be read ({type(error).__name__}).")
        return 1
    except OSError as error:
        sys.stderr.write(f"{asked[0]} cannot be opened: {error.strerror}.\n")
        return 2
    told = {name: plain(each) for name, each in case_file.manifest.items()}
    print(f"Case {told['case']}, made {told['made_at']}.")
    print(f"For: {told['profile']}, by {told['authority']} {told['number']}.")
    print(f"{shown} events are shown and {hashed} stand as a hash alone; each is in a log as it was signed.")
    print(f"Sealed by {plain(case_file.key.name)}, fingerprint {fingerprint(case_file.key.vkey)}.")
    for each in case_file.witnesses:
        count = sum(head.is_signed_by(each) for head in case_file.heads)
        print(f"Witness {plain(each.name)} countersigned {count} of {len(case_file.heads)} checkpoints.")
        print(f"  fingerprint {fingerprint(each.vkey)}")
    if not asked[1]:
        print(
            "WHOLE, BUT WHOSE IT IS HAS NOT BEEN SHOWN. Name the key you were given by another road: --key FINGERPRINT"
        )
        return 3
    print("VERIFIED. Not a byte was changed since it was sealed.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
