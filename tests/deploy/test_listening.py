"""Where a house is told to listen: what is refused before anything starts, what runs by TLS, what the doctor says."""

import json
import socket
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from deploy.command_line.doctor import Finding, look
from deploy.command_line.main import main
from deploy.embedded.errors import StackError
from deploy.embedded.folder import DataFolder
from deploy.embedded.installation import SUPERVISOR_PORT
from deploy.embedded.listening import ONLY_HERE, Listening
from services.kernel.listening import CertificateFiles, house_context
from services.kernel.settings import Settings, load_settings
from tests.deploy.stand_in_stack import stand_in_stack
from tests.support.authority import NAME, ORIGIN, Authority
from tests.support.ports import free_port_base
from tests.support.servers import temporary_folder

EVERYWHERE = "0.0.0.0"  # noqa: S104, RUF100 - what is asked for, and refused without a certificate


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.made(tmp_path)


def muster(*words: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=environment)


def refused(listening: Listening) -> str:
    with pytest.raises(StackError) as error:
        listening.check()
    assert str(error.value).count("\n") == 0
    return str(error.value)


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "192.0.2.7"])
def test_without_a_certificate_another_address_is_refused_with_what_to_do(host: str) -> None:
    assert "add --certificate and --key" in refused(Listening(host))


def test_an_address_the_machine_does_not_have_is_refused(authority: Authority) -> None:
    assert "no address 192.0.2.7" in refused(Listening("192.0.2.7", authority.files(), ORIGIN))
    assert "add --certificate" in refused(Listening("nonsense"))
    assert "no address nonsense" in refused(Listening("nonsense", authority.files(), ORIGIN))


def test_a_name_needs_a_certificate_and_a_certificate_the_name(authority: Authority) -> None:
    assert "add --origin" in refused(Listening(certificate=authority.files()))
    assert "not for other.example.gov" in refused(
        Listening("127.0.0.1", authority.files(), "https://other.example.gov")
    )
    Listening(EVERYWHERE, authority.files(), ORIGIN).check()
    Listening("127.0.0.1", authority.files(), ORIGIN).check()


@pytest.mark.parametrize(
    "origin",
    [
        "http://muster.example.gov",
        "http://127.0.0.1:8107",
        "https://10.0.0.5:8107",
        "https://[::1]:8107",
        "https://muster.example.gov/",
        "https://muster.example.gov:443",
        "https://Muster.example.gov",
        "https://someone@muster.example.gov",
        "https://muster.example.gov?a=b",
        "https://muster.example.gov:eighty",
        "muster.example.gov",
        "ftp://muster.example.gov",
        "https://",
    ],
)
def test_an_origin_no_browser_would_write_is_refused(origin: str) -> None:
    assert "is not an address people can open" in refused(Listening(origin=origin))


@pytest.mark.parametrize(
    "told",
    [
        Listening(trusted_proxy="proxy.example.gov"),
        Listening(trusted_proxy="192.0.2.0/24"),
        Listening(leave_to="http://weather.example"),
        Listening(leave_to="javascript:alert(1)"),
        Listening(leave_to="https://"),
    ],
)
def test_a_proxy_that_is_no_address_and_a_page_that_is_none_are_refused(told: Listening) -> None:
    with pytest.raises(StackError, match="give --"):
        told.check()


def test_one_proxy_and_another_page_are_taken() -> None:
    Listening(trusted_proxy="192.0.2.1", leave_to="https://weather.example/").check()


def test_behind_a_proxy_on_this_machine_the_origin_is_the_proxys() -> None:
    for origin in ("https://muster.example.gov", "https://muster.example.gov:8443", "http://localhost:8107"):
        Listening(origin=origin).check()


def test_an_ended_certificate_and_an_open_key_stop_the_start(authority: Authority) -> None:
    ended = authority.files(lasts=-timedelta(hours=1), file="ended")
    assert "ended on" in refused(Listening("127.0.0.1", ended, ORIGIN))
    files = authority.files()
    files.key_file.chmod(0o644)
    assert "chmod 600" in refused(Listening("127.0.0.1", files, ORIGIN))


def test_the_command_says_so_and_makes_no_folder(authority: Authority) -> None:
    files = authority.files()
    with temporary_folder() as folder:
        data = folder / "data"
        answer = muster("up", "--data", data, "--host", EVERYWHERE)
        assert answer.exit_code == 1
        assert "Without a certificate" in answer.stderr
        assert muster("up", "--data", data, MUSTER_HOST=EVERYWHERE).stderr == answer.stderr
        assert muster("up", "--data", data, "--certificate", files.file).exit_code == 2
        assert muster("up", "--data", data, "--key", files.key_file).exit_code == 2
        assert not data.exists()


def findings(folder: Path) -> dict[str, Finding]:
    return {each.what: each for each in look(folder, "real", 20_000)}


def settings_of(folder: Path, files: CertificateFiles | None) -> None:
    """As a start leaves them behind, as far as the doctor looks."""
    DataFolder(folder, "real").open()
    told = {"http_host": "127.0.0.1", "http_port": 8101, "origin": ORIGIN}
    paths = {"file": str(files.file), "key_file": str(files.key_file)} if files else {}
    authority = {"authority_file": str(files.authority_file)} if files else {}
    text = json.dumps(told | ({"certificate": paths | authority} if files else {}))
    (folder / "services" / "identity.json").write_text(text)


def test_the_doctor_warns_a_month_before_a_certificate_ends(authority: Authority) -> None:
    with temporary_folder() as folder:
        settings_of(folder / "data", None)
        assert findings(folder / "data")["listening"].found == "on this machine only, without a certificate"
        for days, advice in ((31, False), (29, True)):
            files = authority.files(lasts=timedelta(days=days))
            settings_of(folder / "data", files)
            found = findings(folder / "data")
            assert "by TLS" in found["listening"].found
            certificate = found[f"certificate {files.file}"]
            assert certificate.found.startswith("ends ")
            assert bool(certificate.advice) == advice
            files.key_file.chmod(0o644)
            assert "chmod 600" in findings(folder / "data")[f"certificate {files.file}"].advice


def test_a_house_with_a_certificate_speaks_tls_to_people_to_itself_and_to_the_doctor(authority: Authority) -> None:
    files = authority.files()
    port_base = free_port_base()
    with (
        temporary_folder() as folder,
        stand_in_stack(folder / "data", port_base, listening=Listening(EVERYWHERE, files, ORIGIN)) as stack,
    ):
        settings = load_settings(stack.settings_file("tips"), Settings)
        assert settings.peers == {"identity": f"https://127.0.0.1:{port_base + 1}"}
        assert settings.origin == ORIGIN
        assert httpx.get(stack.url("tips"), verify=house_context(files, ORIGIN), trust_env=False).is_success
        with pytest.raises(httpx.ConnectError):
            httpx.get(stack.url("tips"), verify=house_context(files, f"https://other.{NAME}"), trust_env=False)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port_base + 2}", trust_env=False)
        found = {each.what: each for each in look(folder / "data", "real", port_base)}
        assert found["tips"].found == f"ready (port {port_base + 2})"
        assert "by TLS" in found["listening"].found
        _only_here(port_base + SUPERVISOR_PORT)
        _only_here(int(stack.server_places()["postgres"].rpartition(":")[2]))
        _only_here(int(stack.server_places()["nats"].rpartition(":")[2]))


def _only_here(port: int) -> None:
    """Fails when somebody listens there at every address."""
    with socket.socket() as attempt:
        attempt.settimeout(2)
        assert attempt.connect_ex(("127.0.0.2", port)) != 0, port


def test_unless_told_otherwise_a_house_listens_here_alone() -> None:
    ONLY_HERE.check()
    assert ONLY_HERE.place(8101) == "http://127.0.0.1:8101"
