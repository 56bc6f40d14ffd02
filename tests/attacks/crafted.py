"""Requests made to break what reads them: each operation is sent everything here in every place that takes anything."""

import random
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

import msgspec

from tests.attacks.target import Operation

HUGE = "9" * 6000
IN_URLS = (
    "%00", "%FF", "%ED%A0%80", "%2e%2e%2f%2e%2e", "-1", "0", "9" * 25, HUGE, "1e400", "NaN", "%F0%9F%92%A5", "%20",
    "'%22;--", "null", "00000000-0000-0000-0000-000000000000", "%7B%7D", "x" * 7000, "%0d%0aX-Injected:1", "%D9%A2",
)  # fmt: skip
IN_HEADERS = (
    b"", b"\xff\xfe", b"\x01", b"9" * 6000, b"-1", b"*", b'"1", "2"', b'W/"1"', b'"', b"\xb2", b"0x10", b"1_000",
    b"9223372036854775808", b'"9223372036854775807"', b"a" * 201, b"\xc3\xa9" * 8, b"Bearer", b"Basic Og==",
    b"Bearer a.b.c", b"Bearer \xff\xff.\xff.\xff", b"bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    b"Bearer eyJhbGciOiJIUzI1NiIsImtpZCI6MX0.eyJzdWIiOnsiYSI6MX0sImV4cCI6MWU0MDB9.AAAA",
)  # fmt: skip
HEADERS = ("Authorization", "Idempotency-Key", "If-Match", "Muster-At-Least", "Accept", "Content-Type", "traceparent")
CONTENT_TYPES = (
    "", "text/plain", "application/xml", "application/json; charset=utf-16", "application/json;charset=no-such",
    "application/msgpack", "application/x-msgpack", "application/x-www-form-urlencoded", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "application/json, text/plain", ";;;", "*/*",
)  # fmt: skip
BODIES = (
    b"", b"null", b"true", b"0", b'""', b"[]", b"{}", b"[" * 100_000, b'{"a":' * 50_000, b'"\\ud800"', b'{"\\ud800":1}',
    b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"{\x00}", b'{"a":1,"a":2}', b"NaN", b"1e999999", b"9" * 5000,
    b"\x80", b" " * 999_000, b"x" * 1_100_000, b'{"\\u0000":"\\u0000"}', b"--x\r\n\r\n\r\n--x--", b"%", b"&=&=;",
)  # fmt: skip
VALUES: tuple[bytes, ...] = (
    b"null", b"true", b"0", b"-1", b"9223372036854775808", b"1" + b"0" * 400, b"1e400", b"1.5", b'""', b'" "',
    b'"\\u0000"', b'"abc\\u0000def"', b'"\\ud800"', b'"\\udfff tail"', b'"\\u202e\\u200b\\ufeff"',
    b'"' + b"x" * 70_000 + b'"', b'"0001-01-01T00:00:00Z"', b'"9999-12-31T23:59:59.999999-23:59"',
    b'"0001-01-01T00:00:00+23:59"', b'"2026-11-03T10:00:00"',
    b'"9999-12-31"', b'"0001-01-01"', b'"2026-02-30"', b'"00000000-0000-0000-0000-000000000000"', b"[]", b"{}",
    b"[null]", b'["x","x"]', b"[[[[[]]]]]", b'{"a":{}}', b'["' + b"x" * 70_000 + b'"]', b'"\\uffff"', b'"a@b.c"',
)  # fmt: skip


class Sent(NamedTuple):
    """One request. `why` says what is wrong with it."""

    why: str
    method: str
    path: str
    headers: list[tuple[bytes, bytes]]
    content: bytes = b""


def attacks(operation: Operation, token: str, references: list[str], dice: random.Random) -> Iterator[Sent]:
    """Everything there is for one operation, in an order of chance."""
    plain = _Plain(operation, token, references, dice)
    found = [*_in_url(plain), *_in_headers(plain), *_in_body(plain), *_otherwise(plain)]
    yield from dice.sample(found, len(found))


class _Plain:
    """An operation's request as it should be, as far as its description tells."""

    def __init__(self, operation: Operation, token: str, references: list[str], dice: random.Random) -> None:
        self.operation = operation
        self.token = token
        self._references = references
        self._dice = dice
        self.body = operation.body()
        self.content = _example(self.body, operation.schemas, dice) if self.body is not None else b""

    def path(self, values: Mapping[str, str] = {}, query: str = "") -> str:
        filled = self.operation.path
        for name in self.operation.parameters("path"):
            filled = filled.replace(f"{{{name}}}", values.get(name) or self._usual(name))
        return f"{filled}?{query}" if query else filled

    def _usual(self, name: str) -> str:
        if name in self.operation.references_taken():
            return self._dice.choice([*self._references, str(uuid4())])
        schema = next(each["schema"] for each in self.operation.described["parameters"] if each["name"] == name)
        return quote(str(_value(schema, self.operation.schemas, self._dice)))

    def headers(self, changed: Mapping[str, bytes] = {}) -> list[tuple[bytes, bytes]]:
        usual = {
            "Authorization": b"Bearer " + self.token.encode(),
            "Idempotency-Key": uuid4().hex.encode(),
            "If-Match": b'"%d"' % self._dice.randint(1, 4),
            "Content-Type": b"application/json",
        }
        return [(name.encode(), value) for name, value in (usual | dict(changed)).items()]

    def sent(self, why: str, **changed: Any) -> Sent:
        usual = {"method": self.operation.method.upper(), "path": self.path(), "headers": self.headers()}
        return Sent(why, **(usual | {"content": self.content} | changed))


def _in_url(plain: _Plain) -> Iterator[Sent]:
    for value in IN_URLS:
        for name in plain.operation.parameters("path"):
            yield plain.sent(f"{name} in the path is {value[:20]}", path=plain.path({name: value}))
        for name in [*plain.operation.parameters("query"), "no-such"]:
            yield plain.sent(f"{name} in the query is {value[:20]}", path=plain.path(query=f"{name}={value}"))
            twice = f"{name}={value}&{name}=&{name}"
            yield plain.sent(f"{name} three times with {value[:20]}", path=plain.path(query=twice))


def _in_headers(plain: _Plain) -> Iterator[Sent]:
    for name in HEADERS:
        for value in IN_HEADERS:
            yield plain.sent(f"{name} is {value[:20]!r}", headers=plain.headers({name: value}))
        twice = [*plain.headers(), (name.encode(), b"1"), (name.encode(), b"2")]
        yield plain.sent(f"{name} more than once", headers=twice)
    for kind in CONTENT_TYPES:
        yield plain.sent(f"Content-Type is {kind}", headers=plain.headers({"Content-Type": kind.encode()}))
    many = [(f"X-{number}".encode(), b"1") for number in range(90)]
    yield plain.sent("many headers", headers=[*plain.headers(), *many])
    yield plain.sent("Content-Encoding is gzip", headers=plain.headers({"Content-Encoding": b"gzip"}))
    yield plain.sent("Expect is odd", headers=plain.headers({"Expect": b"99-never"}))


def _in_body(plain: _Plain) -> Iterator[Sent]:
    for content in BODIES:
        yield plain.sent(f"the body is {content[:20]!r}", content=content)
        kind = plain.headers({"Content-Type": b"multipart/form-data; boundary=x"})
        yield plain.sent(f"the multipart body is {content[:20]!r}", content=content, headers=kind)
    if plain.body is None:
        return
    for why, content in _spoiled(plain.content):
        yield plain.sent(why, content=content)


def _otherwise(plain: _Plain) -> Iterator[Sent]:
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "GET", "POST", "NO-SUCH"):
        yield plain.sent(f"the method is {method}", method=method)
    yield plain.sent("a slash too many", path=f"{plain.path()}/")
    yield plain.sent("two slashes", path=f"/{plain.path()}")
    yield plain.sent("a semicolon", path=f"{plain.path()};a=b")


def _spoiled(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The body with one value in it replaced, and with one member too many."""
    body = msgspec.json.decode(content)
    if not isinstance(body, dict):
        return
    for where in _places(body):
        for value in VALUES:
            name = ".".join(map(str, where))
            yield f"{name} is {value[:30]!r}", msgspec.json.encode(_with(body, where, msgspec.Raw(value)))
    yield "a member nobody knows", msgspec.json.encode(body | {"no_such": 1})


def _places(value: Any, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if before:
        yield before
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _places(each, (*before, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _places(each, (*before, index))


def _with(value: Any, where: tuple[str | int, ...], new: Any) -> Any:
    if not where:
        return new
    changed = value.copy()
    changed[where[0]] = _with(value[where[0]], where[1:], new)
    return changed


def _example(schema: dict[str, Any], schemas: dict[str, Any], dice: random.Random) -> bytes:
    return msgspec.json.encode(_value(schema, schemas, dice))


def _value(schema: dict[str, Any], schemas: dict[str, Any], dice: random.Random) -> Any:  # noqa: PLR0911 - one case a kind
    """Something the schema lets through, with every member it knows."""
    if "$ref" in schema:
        return _value(schemas[schema["$ref"].rsplit("/", 1)[-1]], schemas, dice)
    for word in ("oneOf", "anyOf"):
        if word in schema:
            return _value(next(each for each in schema[word] if each.get("type") != "null"), schemas, dice)
    if "enum" in schema:
        return dice.choice([each for each in schema["enum"] if each is not None])
    if "const" in schema:
        return schema["const"]
    kinds = schema.get("type", "object")
    kind = next(each for each in kinds if each != "null") if isinstance(kinds, list) else kinds
    match kind:
        case "object":
            return {name: _value(each, schemas, dice) for name, each in schema.get("properties", {}).items()}
        case "array":
            items = schema.get("items") or (schema.get("prefixItems") or [{"type": "string"}])[0]
            return [_value(items, schemas, dice)]
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return _text(schema)


def _text(schema: dict[str, Any]) -> str:
    formats = {"uuid": str(uuid4()), "date-time": "2026-11-03T10:00:00Z", "date": "2026-11-03"}
    return formats.get(schema.get("format", ""), "Example text"[: schema.get("maxLength", 100)])
