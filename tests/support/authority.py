"""A certificate authority for one test, and the certificates it signs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from services.kernel.listening import CertificateFiles

NAME = "muster.example.gov"
ORIGIN = f"https://{NAME}:8107"


@dataclass(frozen=True)
class Authority:
    """`folder` is where its own certificate and those it signs lie."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @staticmethod
    def made(folder: Path, name: str = "Example authority") -> "Authority":
        """One nobody knows as yet."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(name, key, name, key, datetime.now(UTC) + timedelta(days=3650), authority=True)
        (folder / "authority.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        return Authority(folder, key, certificate)

    def files(
        self, name: str = NAME, *, lasts: timedelta = timedelta(days=90), file: str = "house"
    ) -> CertificateFiles:
        """A certificate for a name, valid from yesterday."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        certificate = _signed(name, key, str(issuer), self.key, datetime.now(UTC) + lasts, authority=False)
        pem, key_pem = self.folder / f"{file}.pem", self.folder / f"{file}-key.pem"
        pem.write_bytes(certificate.public_bytes(Encoding.PEM))
        key_pem.touch()
        key_pem.chmod(0o600)
        key_pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return CertificateFiles(pem, key_pem, self.folder / "authority.pem")


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    until: datetime,
    *,
    authority: bool,
) -> x509.Certificate:
    building = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(until, datetime.now(UTC)) - timedelta(days=1))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if not authority:
        building = building.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return building.sign(issuer_key, SHA256())
