"""Who can listen and ask: real handshakes, with certificates of an authority made here."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from litestar import Litestar, get

from services.console.asking import IDLE_SECONDS
from services.kernel import listening
from services.kernel.listening import (
    BadCertificate,
    CertificateFiles,
    check_certificate,
    ends_at,
    house_context,
    is_loopback,
    keep_renewed,
    place,
    server_context,
)
from services.kernel.serving import server_of
from services.kernel.settings import NatsSettings, ProcessSettings, load_settings
from tests.support.authority import NAME, ORIGIN, Authority
from tests.support.servers import free_ports
from tests.support.waiting import eventually

ELSEWHERE = "https://other.example.gov"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.made(tmp_path)


def settings(
    folder: Path, *, host: str = "127.0.0.1", port: int = 0, files: CertificateFiles | None
) -> ProcessSettings:
    return ProcessSettings(
        service="example",
        http_host=host,
        http_port=port,
        origin=ORIGIN,
        nats=NatsSettings("nats://127.0.0.1:0", folder / "absent"),
        data_kind="real",
        secrets=folder,
        verify_key_file=folder / "absent",
        peers={},
        certificate=files,
    )


@get("/", opt={"action": "open"})
async def hello() -> dict[str, str]:
    return {"says": "hello"}


@asynccontextmanager
async def served(folder: Path, files: CertificateFiles | None) -> AsyncIterator[str]:
    """A process of the house that says hello, at the address that is yielded."""
    (port,) = free_ports(1)
    context = server_context(files) if files else None
    server = server_of(Litestar([hello], logging_config=None), settings(folder, port=port, files=files), context)
    task = asyncio.create_task(server._serve())

    async def listens() -> bool:
        return server.started

    await eventually(listens)
    try:
        yield place("127.0.0.1", port, secure=files is not None)
    finally:
        server.should_exit = True
        await task


async def ask(address: str, context: ssl.SSLContext) -> httpx.Response:
    async with httpx.AsyncClient(verify=context, trust_env=False) as client:
        return await client.get(address)


async def test_whoever_asks_meets_the_house_by_its_name_and_is_told_to_stay_with_tls(
    tmp_path: Path, authority: Authority
) -> None:
    files = authority.files()
    async with served(tmp_path, files) as address:
        answer = await ask(address, house_context(files, ORIGIN))
        missing = await ask(f"{address}/absent", house_context(files, ORIGIN))
    assert answer.json() == {"says": "hello"}
    for each in (answer, missing):
        assert each.headers["strict-transport-security"] == "max-age=31536000"


def test_a_connection_is_kept_open_longer_than_whoever_asks_keeps_it_idle(tmp_path: Path) -> None:
    server = server_of(Litestar([hello], logging_config=None), settings(tmp_path, files=None), None)
    assert server.config.timeout_keep_alive > 2 * IDLE_SECONDS


async def test_without_a_certificate_nobody_is_told_of_tls(tmp_path: Path) -> None:
    async with served(tmp_path, None) as address:
        answer = await ask(address, house_context(None, "http://localhost:8107"))
    assert answer.is_success
    assert "strict-transport-security" not in answer.headers


async def test_a_certificate_for_another_name_or_of_another_authority_is_not_the_houses(
    tmp_path: Path, authority: Authority
) -> None:
    (tmp_path / "other").mkdir()
    stranger = Authority.made(tmp_path / "other", "Another authority").files()
    files = authority.files()
    async with served(tmp_path, files) as address:
        for context in (house_context(files, ELSEWHERE), house_context(stranger, ORIGIN)):
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await ask(address, context)
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await ask(address, house_context(None, ORIGIN))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_what_is_older_than_tls_1_2_is_not_spoken(tmp_path: Path, authority: Authority) -> None:
    files = authority.files()
    for version, spoken in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)):
        old = house_context(files, ORIGIN)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = version
        old.set_ciphers("ALL:@SECLEVEL=0")
        async with served(tmp_path, files) as address:
            if spoken:
                assert (await ask(address, old)).is_success
            else:
                with pytest.raises(httpx.ConnectError):
                    await ask(address, old)


async def test_plain_http_is_not_answered_where_tls_is_spoken(tmp_path: Path, authority: Authority) -> None:
    async with served(tmp_path, authority.files()) as address:
        with pytest.raises(httpx.TransportError):
            await ask(address.replace("https:", "http:"), house_context(None, ORIGIN))


async def test_a_renewed_certificate_is_served_without_a_restart_and_half_of_one_is_not(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "LOOK_AGAIN_SECONDS", 0.01)
    files = authority.files(lasts=timedelta(days=1))
    context = server_context(files)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]

    def served_until() -> datetime:
        with (
            socket.create_connection(("127.0.0.1", port)) as line,
            house_context(files, ORIGIN).wrap_socket(line) as tls,
        ):
            return datetime.fromtimestamp(ssl.cert_time_to_seconds(str((tls.getpeercert() or {})["notAfter"])), UTC)

    first = ends_at(files)
    async with server:
        renewing = asyncio.create_task(keep_renewed(context, files))
        new = authority.files(lasts=timedelta(days=90), file="new")
        files.file.write_bytes(new.file.read_bytes())
        await asyncio.sleep(0.1)
        assert await asyncio.to_thread(served_until) == first, "the key does not fit yet"
        files.key_file.write_bytes(new.key_file.read_bytes())

        async def renewed() -> bool:
            return await asyncio.to_thread(served_until) == ends_at(new) != first

        await eventually(renewed)
        renewing.cancel()


def test_a_good_certificate_passes_and_its_end_is_known(authority: Authority) -> None:
    files = authority.files(lasts=timedelta(days=40))
    check_certificate(files, ORIGIN)
    assert timedelta(days=39) < ends_at(files) - datetime.now(UTC) <= timedelta(days=40)


def test_of_a_chain_the_first_end_counts(authority: Authority) -> None:
    files, sooner = authority.files(), authority.files(lasts=timedelta(days=3), file="sooner")
    files.file.write_bytes(files.file.read_bytes() + sooner.file.read_bytes())
    assert ends_at(files) == ends_at(sooner)


def test_a_certificate_for_a_whole_domain_is_for_each_name_in_it(authority: Authority) -> None:
    check_certificate(authority.files("*.example.gov"), ORIGIN)


def refused(files: CertificateFiles, origin: str = ORIGIN) -> str:
    with pytest.raises(BadCertificate) as error:
        check_certificate(files, origin)
    return str(error.value)


def test_what_is_wrong_with_a_certificate_is_said_with_what_to_do(tmp_path: Path, authority: Authority) -> None:
    files = authority.files()
    assert "ended on" in refused(authority.files(lasts=-timedelta(hours=1), file="ended"))
    assert f"is for {NAME}, not for other.example.gov" in refused(files, ELSEWHERE)
    other = authority.files(file="other")
    assert "do not go together" in refused(CertificateFiles(files.file, other.key_file, files.authority_file))
    assert "--authority" in refused(CertificateFiles(files.file, files.key_file))
    assert "cannot be read" in refused(CertificateFiles(tmp_path / "absent", files.key_file))
    assert "cannot be read" in refused(CertificateFiles(files.file, tmp_path / "absent"))
    assert "no certificate in PEM" in refused(CertificateFiles(files.key_file, files.key_file))
    assert "no certificate in PEM" in refused(CertificateFiles(files.file, files.key_file, files.key_file))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_can_read_is_refused(authority: Authority, mode: int) -> None:
    files = authority.files()
    files.key_file.chmod(mode)
    assert f"chmod 600 {files.key_file}" in refused(files)
    with pytest.raises(BadCertificate):
        server_context(files)


def test_a_key_under_a_passphrase_is_refused_and_nobody_is_asked_for_it(authority: Authority) -> None:
    files = authority.files()
    key = ec.generate_private_key(ec.SECP256R1())
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"example"))
    files.key_file.write_bytes(locked)
    assert "without a passphrase" in refused(files)


def test_an_expired_certificate_stops_no_restart_of_a_service(authority: Authority) -> None:
    server_context(authority.files(lasts=-timedelta(hours=1)))


@pytest.mark.parametrize(
    ("host", "only_here"),
    [
        ("127.0.0.1", True),
        ("127.0.0.9", True),
        ("::1", True),
        ("0.0.0.0", False),  # noqa: S104, RUF100 - the address that is refused
        ("::", False),
        ("10.0.0.5", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_without_a_certificate_a_service_listens_on_this_machine_only(
    tmp_path: Path, host: str, only_here: bool
) -> None:
    assert is_loopback(host) == only_here
    file = tmp_path / "example.json"
    file.write_text(json.dumps(written(settings(tmp_path, host=host, files=None))))
    if only_here:
        assert load_settings(file, ProcessSettings).http_host == host
    else:
        with pytest.raises(SystemExit, match="Without a certificate"):
            load_settings(file, ProcessSettings)


def test_with_a_certificate_a_service_may_listen_anywhere(tmp_path: Path, authority: Authority) -> None:
    file = tmp_path / "example.json"
    file.write_text(json.dumps(written(settings(tmp_path, host="10.0.0.5", files=authority.files()))))
    assert load_settings(file, ProcessSettings).certificate == authority.files()


def written(given: ProcessSettings) -> object:
    return msgspec.to_builtins(given, enc_hook=str)


def test_where_this_machine_asks_what_listens() -> None:
    assert place("127.0.0.1", 8101, secure=False) == "http://127.0.0.1:8101"
    assert place("10.0.0.5", 8101, secure=True) == "https://10.0.0.5:8101"
    assert place("0.0.0.0", 8101, secure=True) == "https://127.0.0.1:8101"  # noqa: S104, RUF100 - asked, not listened on
    assert place("::", 8101, secure=True) == "https://[::1]:8101"
