"""The one way out: a certificate that is the name's, no redirect, no end of waiting."""

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from interchange.webhooks import posting
from tests import make
from tests.interchange.webhooks import kit
from ui import outside


def post(url):
    return posting.post(url, b'{"a":1}', {"Content-Type": "application/json"}, at=make.NOW)


@pytest.fixture
def safe_receiver(settings, tmp_path, monkeypatch):
    """A receiver with a certificate for hook.example.org, of an authority that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority of the test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hook.example.org")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "receiver.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    settings.WEBHOOKS_MAY_BE_LOCAL = True
    made = kit.Receiver(context)
    made.file = file
    outside.context.cache_clear()
    yield made
    outside.context.cache_clear()
    made.close()


def test_the_certificate_must_be_the_names_and_of_an_authority_that_is_trusted(safe_receiver, names, monkeypatch):
    names["hook.example.org"] = names["other.example.org"] = [["127.0.0.1"]]
    good, other = (f"https://{host}.example.org:{safe_receiver.port}/in" for host in ("hook", "other"))
    with pytest.raises(outside.NotReached, match=r"^tls: .*self-signed"):
        post(good)
    monkeypatch.setenv("SSL_CERT_FILE", str(safe_receiver.file))
    outside.context.cache_clear()
    assert post(good).status == 204
    with pytest.raises(outside.NotReached, match=r"^tls: .*other\.example\.org"):
        post(other)
    [(headers, body)] = safe_receiver.got
    assert (headers["Host"], body) == (f"hook.example.org:{safe_receiver.port}", b'{"a":1}')


def test_a_redirect_is_an_answer_and_nothing_follows_it(receiver):
    other = kit.Receiver()
    receiver.answer = (307, {"Location": other.url})
    assert post(receiver.url).status == 307
    assert (len(receiver.got), other.got) == (1, [])
    other.close()


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("Sun, 22 Nov 2026 12:10:00 GMT", 600),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
        ("99999999", 86400),
        ("-5", 0),
        ("soon", 0),
        ("9" * 5000, 0),
        ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 0),
        ("Sun, 22 Nov 2026 12:10:00 +99999999999999999999", 0),
        ("", 0),
        ("٣", 0),
    ],
)
def test_a_receiver_says_when_to_come_again(said, seconds):
    assert posting._after(said, make.NOW) == timedelta(seconds=seconds)


def talker(say):
    """A port of this machine; `say` gets the connection."""
    server = socket.create_server(("127.0.0.1", 0))

    def run():
        with server, server.accept()[0] as line:
            try:
                say(line)
            except OSError:
                pass

    threading.Thread(target=run, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def drip(line):
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        line.sendall(b"X-More: more\r\n")
        time.sleep(0.05)


def endless_answer(line):
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        line.sendall(b"x" * 65536)


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (drip, "timeout|broken"),
        (lambda line: time.sleep(3), "timeout"),
        (lambda line: None, "broken"),
        (lambda line: line.sendall(b"\x00\xff\r\n\r\n"), "broken"),
        (lambda line: line.sendall(b"x" * 200_000), "broken"),
    ],
    ids=["byte-by-byte", "silent", "hangs-up", "nonsense", "endless-line"],
)
def test_a_receiver_that_answers_badly_costs_a_bounded_time(say, why, settings, monkeypatch):
    settings.WEBHOOKS_MAY_BE_LOCAL = True
    monkeypatch.setattr(outside, "READ", 0.3)
    monkeypatch.setattr(outside, "WHOLE", 0.6)
    started = time.monotonic()
    with pytest.raises(outside.NotReached, match=why):
        post(talker(say))
    assert time.monotonic() - started < 2


def test_what_a_receiver_answers_is_not_read(settings):
    settings.WEBHOOKS_MAY_BE_LOCAL = True
    assert post(talker(endless_answer)).status == 200


def test_a_port_that_nobody_listens_at_is_said(settings):
    settings.WEBHOOKS_MAY_BE_LOCAL = True
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(outside.NotReached, match=r"^connection: ConnectionRefusedError"):
        post(f"http://127.0.0.1:{port}/")
