"""Web addresses: what may be asked for, what may be connected to, and what a server cannot do to us."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.ingest import Intake, UnreadableSource
from assistant.ingest.web.address import is_public
from assistant.ingest.web.document import fetch_documents, source_of
from assistant.ingest.web.fetch import Fetched, Fetcher, FetchPolicy
from assistant.ingest.web.target import Target, is_url, target_of
from assistant.types import Article

Reply = tuple[int, dict[str, str], bytes]
HOST = "news.example.jp"
PAGE = "<html lang=ja><head><title>増産</title></head><body><article><h1>増産</h1><p>月産は1200個です。</p></article></body></html>"


# -- addresses and names -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    """
    0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1
    192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.7 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1
    2001:0:53aa:64c::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe:: 3fff::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1
    ff02::1 8.8.8.8%1 2130706433 0x7f000001 0177.0.0.1 127.1 localhost
    """.split(),
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8", "2002:808:808::1"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://news.example.jp/a", "only https"),
        ("file:///etc/passwd", "only https"),
        ("http://news.example.jp/a", "not encrypted"),
        ("https://user@news.example.jp/a", "user name"),
        ("https://user:pass@news.example.jp/a", "user name"),
        ("https://news.example.jp@evil.example/a", "user name"),
        ("https://evil.example/a", "not in `fetch.allow_hosts`"),
        ("https://xnews.example.jp/a", "not in"),
        ("https://news.example.jp.evil.example/a", "not in"),
        ("https://example.org/a", "not in"),
        ("https://news.example.jp:8443/a", "'news.example.jp:8443' is not in"),
        ("https://news.example.jp:99999/", "malformed"),
        ("https://2130706433/", "unusual form"),
        ("https://0x7f.1/", "unusual form"),
        ("https://0177.0.0.1/", "unusual form"),
        ("https://127.1/", "unusual form"),
        ("https://127.0.0.1/", "not in"),
        ("https://[::1]/", "not in"),
        ("https://[::1%25eth0]/", "not valid|malformed"),
        ("https:///a", "not valid"),
        ("https://a b/", "space"),
        ("https://news.example.jp\\@evil.example/", "backslash"),
        ("https://news.example.jp/\r\nX: y", "control"),
        ("https://[", "malformed"),
        ("https://-a.example.jp/", "not valid"),
        ("https://a..example.jp/", "not valid"),
    ],
)
def test_urls_that_are_refused(url: str, reason: str) -> None:
    with pytest.raises(UnreadableSource, match=reason):
        target_of(url, allow_hosts=("news.example.jp", "*.example.org", "127.0.0.9"), allow_http=False)


@pytest.mark.parametrize(
    ("url", "allowed", "target"),
    [
        ("https://News.Example.JP", "news.example.jp", Target("https", HOST, 443, "/")),
        ("https://news.example.jp./a?b=c#d", HOST, Target("https", HOST, 443, "/a?b=c")),
        ("https://a.b.example.jp:8443/", "*.example.jp:8443", Target("https", "a.b.example.jp", 8443, "/")),
        (
            "https://日本.example/記事",
            "日本.example",
            Target("https", "xn--wgv71a.example", 443, "/%E8%A8%98%E4%BA%8B"),
        ),
        ("https://[2606:4700::1]/", "[2606:4700::1]", Target("https", "2606:4700::1", 443, "/")),
        ("http://news.example.jp/", HOST, Target("http", HOST, 80, "/")),
    ],
)
def test_urls_that_are_allowed(url: str, allowed: str, target: Target) -> None:
    assert target_of(url, allow_hosts=(allowed,), allow_http=True) == target


def test_what_is_a_url() -> None:
    assert [is_url(text) for text in ("https://a", "HTTP://a", "ftp://a", "/a/b", "a.md", "https:/a")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


# -- fetching, from loopback -------------------------------------------------------------------------


@contextmanager
def server(answer: Callable[[str, dict[str, str]], Reply]) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path, dict(self.headers))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if not {"Content-Length", "Transfer-Encoding"} & headers.keys():
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        yield httpd.server_port
    finally:
        httpd.shutdown()
        httpd.server_close()


@contextmanager
def raw_server(speak: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that says anything, or nothing, after a request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(4096)
                        speak(connection)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


def fetcher(
    port: int, *, host: str = HOST, resolver: Callable[[str, int], list[str]] | None = None, **policy: object
) -> Fetcher:
    """A fetcher for which loopback stands for the internet, and nothing else does."""
    return Fetcher(
        replace(FetchPolicy(allow_hosts=(f"{host}:{port}",), allow_http=True, max_seconds=10), **policy),  # type: ignore[arg-type]
        resolver=resolver or (lambda _host, _port: ["127.0.0.1"]),
        is_allowed=lambda address: address == "127.0.0.1",
    )


def html(body: str = PAGE, **headers: str) -> Reply:
    return 200, {"Content-Type": "text/html; charset=utf-8", **headers}, body.encode()


def test_a_document_is_fetched_with_its_address_time_and_hash() -> None:
    asked: list[dict[str, str]] = []

    def answer(path: str, headers: dict[str, str]) -> Reply:
        asked.append(headers)
        return html()

    with server(answer) as port, Intake(fetch=fetch_documents(fetcher(port))) as intake:
        url = f"http://{HOST}:{port}/news/増産.html"
        taken = intake.take_url(url)
        (article,) = intake.load(taken.source)
    assert taken.sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    assert isinstance(article, Article)
    assert "月産は1200個です。" in article.text
    assert (article.article_id, article.source_path, article.id_is_explicit) == ("増産", url, False)
    assert article.metadata.url == f"http://{HOST}:{port}/news/%E5%A2%97%E7%94%A3.html"
    assert abs((datetime.now(UTC) - datetime.fromisoformat(article.metadata.fetched or "")).total_seconds()) < 60
    assert asked[0]["Host"] == f"{HOST}:{port}"
    assert not {"Cookie", "Authorization", "Referer"} & asked[0].keys()


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with server(lambda *_: html()) as port:
        assert fetcher(port).fetch(f"http://{HOST}:{port}/").data == PAGE.encode()


def test_the_address_looked_up_is_the_address_connected_to() -> None:
    """The name leads elsewhere by the time of the connection: there is no second look-up."""
    looked_up: list[str] = []

    def resolver(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["169.254.169.254"]

    with server(lambda *_: html()) as port:
        assert fetcher(port, resolver=resolver).fetch(f"http://{HOST}:{port}/").data
        assert looked_up == [HOST]
        with pytest.raises(UnreadableSource, match=r"leads to 169.254.169.254, which is not a public address"):
            fetcher(port, resolver=resolver).fetch(f"http://{HOST}:{port}/")


def test_one_private_address_among_public_ones_is_enough() -> None:
    with pytest.raises(UnreadableSource, match=r"leads to 10.0.0.8"):
        fetcher(1, resolver=lambda *_: ["127.0.0.1", "10.0.0.8"]).fetch(f"http://{HOST}:1/")


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "not in `fetch.allow_hosts`"),
        ("http://127.0.0.1/", "not in"),
        ("//evil.example/", "not in"),
        ("file:///etc/passwd", "only https"),
        ("gopher://127.0.0.1/", "only https"),
        ("http://user:pass@news.example.jp/", "user name"),
        ("http://[::ffff:127.0.0.1]/", "not in"),
        ("http://0x7f000001/", "unusual form"),
        ("http://[", "malformed|Invalid"),
    ],
)
def test_redirects_are_checked_like_the_first_address(place: str, reason: str) -> None:
    reply = (302, {"Location": place}, b"")
    with server(lambda *_: reply) as port, pytest.raises(UnreadableSource, match=reason) as caught:
        fetcher(port).fetch(f"http://{HOST}:{port}/")
    assert str(caught.value).startswith("it redirects to ")


def test_a_redirect_to_a_name_of_a_private_address_is_refused() -> None:
    with server(lambda *_: (302, {"Location": "http://inside.example.jp/"}, b"")) as port:
        web = Fetcher(
            FetchPolicy(allow_hosts=(f"{HOST}:{port}", "inside.example.jp"), allow_http=True),
            resolver=lambda host, _: ["192.168.0.7"] if host.startswith("inside") else ["127.0.0.1"],
            is_allowed=lambda address: address == "127.0.0.1",
        )
        with pytest.raises(UnreadableSource, match=r"leads to 192.168.0.7, which is not a public address"):
            web.fetch(f"http://{HOST}:{port}/")


def test_redirects_within_the_host_are_followed_and_counted() -> None:
    def answer(path: str, _headers: dict[str, str]) -> Reply:
        number = int(path.rsplit("/", 1)[-1])
        return html() if number == 3 else (301, {"Location": f"/a/{number + 1}"}, b"")

    with server(answer) as port:
        assert fetcher(port).fetch(f"http://{HOST}:{port}/a/0").url == f"http://{HOST}:{port}/a/3"
        with pytest.raises(UnreadableSource, match="more than the 2 times"):
            fetcher(port, max_redirects=2).fetch(f"http://{HOST}:{port}/a/0")


def test_from_encrypted_to_plain_is_refused() -> None:
    web = fetcher(1, allow_hosts=(HOST,))
    with pytest.raises(UnreadableSource, match="to one that is not"):
        web._target(f"http://{HOST}/", after=Target("https", HOST, 443, "/"))


def test_size_is_limited_whatever_is_declared() -> None:
    big = b"x" * 50_000
    chunked = b"".join(b"%x\r\n%s\r\n" % (5_000, b"x" * 5_000) for _ in range(10)) + b"0\r\n\r\n"
    replies: dict[str, Reply] = {
        "/declared": (200, {"Content-Type": "text/plain", "Content-Length": "50000"}, big),
        "/chunked": (200, {"Content-Type": "text/plain", "Transfer-Encoding": "chunked"}, chunked),
        "/packed": (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, gzip.compress(bytes(50_000_000))),
    }
    with server(lambda path, _: replies[path]) as port:
        for path in replies:
            with pytest.raises(UnreadableSource, match="larger than the 20,000 bytes"):
                fetcher(port, max_bytes=20_000).fetch(f"http://{HOST}:{port}{path}")


def test_packed_documents_are_unpacked() -> None:
    packed = gzip.compress(PAGE.encode())
    with server(lambda path, _: (200, {"Content-Encoding": path[1:]}, packed)) as port:
        assert fetcher(port).fetch(f"http://{HOST}:{port}/gzip").data == PAGE.encode()
        with pytest.raises(UnreadableSource, match="packed as 'br'"):
            fetcher(port).fetch(f"http://{HOST}:{port}/br")


def _drip(*pieces: bytes) -> Callable[[socket.socket], None]:
    def speak(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
        for _ in range(300):
            connection.sendall(b"x")
            time.sleep(0.1)

    return speak


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"HTTP/1.1 200 OK\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",),
    ],
    ids=["status", "headers", "body", "body-without-length", "chunk"],
)
def test_a_server_that_drips_is_cut_off(pieces: tuple[bytes, ...]) -> None:
    slow = pytest.raises(UnreadableSource, match=r"longer than the 1 s that `fetch.max_seconds` allows")
    with raw_server(_drip(*pieces)) as port, slow:
        fetcher(port, max_seconds=1).fetch(f"http://{HOST}:{port}/")


def test_a_name_server_that_does_not_answer_is_not_waited_for() -> None:
    hold = threading.Event()
    with pytest.raises(UnreadableSource, match=r"longer than the 0.5 s"):
        fetcher(1, resolver=lambda *_: [str(hold.wait(20))], max_seconds=0.5).fetch(f"http://{HOST}:1/")
    hold.set()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"", "cannot be fetched"),
        (b"nonsense\r\n\r\n", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500, "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000, "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnot packed", "cannot be fetched"),
        (b"HTTP/1.1 404 Nicht da\r\nContent-Length: 0\r\n\r\n", "the server answered 404 Nicht da"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "answered 204"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "answered 302"),
    ],
)
def test_what_servers_say_wrongly(said: bytes, reason: str) -> None:
    wrong = pytest.raises(UnreadableSource, match=reason)
    with raw_server(lambda connection: connection.sendall(said)) as port, wrong:
        fetcher(port).fetch(f"http://{HOST}:{port}/")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UnreadableSource, match="cannot be fetched"):
        fetcher(port).fetch(f"http://{HOST}:{port}/")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_certificates_are_checked_against_the_name(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
            "-subj",
            f"/CN={HOST}",
            "-addext",
            f"subjectAltName=DNS:{HOST}",
        ],
        check=True,
        capture_output=True,
    )
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    inside.load_cert_chain(certificate, key)

    def speak(connection: socket.socket) -> None:
        return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    plain, _ = listener.accept()
                    with inside.wrap_socket(plain, server_side=True) as connection:
                        connection.recv(4096)
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        policy = FetchPolicy(allow_hosts=(f"{HOST}:{port}", f"other.example.jp:{port}"), max_seconds=10)
        trusting = ssl.create_default_context(cafile=str(certificate))
        options = {"resolver": lambda *_: ["127.0.0.1"], "is_allowed": lambda _: True}
        assert Fetcher(policy, tls=trusting, **options).fetch(f"https://{HOST}:{port}/").data == b"ok"  # type: ignore[arg-type]
        for web, host in (
            (Fetcher(policy, **options), HOST),  # type: ignore[arg-type]
            (Fetcher(policy, tls=trusting, **options), "other.example.jp"),  # type: ignore[arg-type]
        ):
            with pytest.raises(UnreadableSource, match="its certificate is not valid"):
                web.fetch(f"https://{host}:{port}/")


# -- documents ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "content_type", "name"),
    [
        ("https://a.example/x/y.html", "text/html", "y.html"),
        ("https://a.example/", "text/html", "a.example.html"),
        ("https://a.example/x/index.html", "text/html", "x.html"),
        ("https://a.example/y.md", "text/plain", "y.md"),
        ("https://a.example/y.php", "text/plain", "y.txt"),
        ("https://a.example/y.csv", "application/octet-stream", "y.csv"),
        ("https://a.example/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "text/html", "passwd.html"),
        ("https://a.example/%00", "text/html", "-.html"),
    ],
)
def test_which_loader_reads_a_document(url: str, content_type: str, name: str) -> None:
    source, _ = source_of(url, Fetched(url, b"x", content_type, "", "2026-01-02T03:04:05+00:00"))
    assert source.path == Path("/a.example") / name


@pytest.mark.parametrize(
    ("url", "content_type"),
    [
        ("https://a.example/x.png", "image/png"),
        ("https://a.example/x.exe", "application/octet-stream"),
        ("https://a.example/x", ""),
        ("https://a.example/x.jsonl", "application/octet-stream"),
        ("https://a.example/x.html", "application/javascript"),
    ],
)
def test_documents_that_are_not_read(url: str, content_type: str) -> None:
    with pytest.raises(UnreadableSource, match="which is not read"):
        source_of(url, Fetched(url, b"x", content_type, "", "2026-01-02T03:04:05+00:00"))


def test_the_encoding_the_server_names_counts() -> None:
    data = PAGE.encode("cp932")
    source, digest = source_of("u", Fetched("https://a.example/x", data, "text/html", "shift_jis", "2026-01-02"))
    assert source.read_bytes().decode("utf-8-sig") == PAGE
    assert digest == hashlib.sha256(data).hexdigest()
    lie, _ = source_of("u", Fetched("https://a.example/x", PAGE.encode(), "text/html", "shift_jis", "2026-01-02"))
    assert lie.read_bytes().decode("utf-8-sig") == PAGE


def test_a_document_from_the_web_does_not_choose_its_id_or_address() -> None:
    text = "---\nid: company-policy\ntitle: 偽\nurl: https://bank.example/\n---\n\n月産は1200個です。\n"
    fetched = Fetched("https://a.example/y.md", text.encode(), "text/markdown", "utf-8", "2026-01-02T03:04:05+00:00")
    source, _ = source_of("https://a.example/y.md", fetched)
    with Intake() as intake:
        (article,) = intake.load(source)
    assert isinstance(article, Article)
    assert (article.article_id, article.id_is_explicit, article.metadata.url) == ("y", False, "https://a.example/y.md")


def test_the_web_is_off_by_default() -> None:
    with Intake() as intake, pytest.raises(UnreadableSource, match=r"switched off; set `fetch.enabled`"):
        intake.take_url("https://news.example.jp/")
