"""MNIST is fetched from mirrors whole and kept, or refused with what is wrong."""

import gzip
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from mnist_lab.data import download, formats
from mnist_lab.data.errors import DataError
from mnist_lab.data.formats import raw as raw_digits
from tests.helpers.stored import (
    IDX_NAMES,
    assert_same,
    digest_of,
    idx_bytes,
    made_up_digits,
    npz_bytes,
)

PATIENT = 60  # seconds that no test waits: the mirrors answer at once, on a busy machine later


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")


@pytest.fixture
def digits(monkeypatch):
    digits = made_up_digits()
    monkeypatch.setattr(raw_digits, "MNIST_SHA256", digest_of(digits))
    return digits


@pytest.fixture
def target(tmp_path, monkeypatch):
    """A file to make in an empty cache folder; the test may leave no temporary file anywhere."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    folder = tmp_path / "cache"
    folder.mkdir()
    yield folder / "mnist.npz"
    assert list(scratch.iterdir()) == []
    assert {path.name for path in folder.iterdir()} <= {"mnist.npz"}


def send(handler, content, status=200, length=None):
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(content)) if length is None else length)
    handler.end_headers()
    handler.wfile.write(content)


@pytest.fixture
def serve():
    """Return a function that starts a web server; `pages` maps paths to bytes or to functions."""
    servers = []

    def start(pages, asked=None):
        def get(handler):
            if asked is not None:
                asked.append(handler.path)
            page = pages.get(handler.path)
            if callable(page):
                page(handler)
            else:
                send(handler, page or b"not here", 200 if page else 404)

        methods = {
            "do_GET": get,
            "do_HEAD": lambda handler: send(handler, b""),
            "log_message": lambda *ignored: None,
        }
        server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (BaseHTTPRequestHandler,), methods)
        )
        server.handle_error = lambda *ignored: None
        threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def silent_mirror():
    """A mirror that lets connect and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/mnist.npz"


@pytest.fixture
def closed_mirror():
    """A mirror that nobody listens at, and whose port nobody else gets meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/mnist.npz"


def npz_mirror(serve, digits, asked=None):
    return serve({"/mnist.npz": npz_bytes(digits)}, asked) + "mnist.npz"


def idx_mirror(serve, digits):
    contents = (gzip.compress(idx_bytes(array)) for array in digits.arrays)
    return (
        serve(
            {
                f"/mnist/{name}.gz": content
                for name, content in zip(IDX_NAMES, contents, strict=True)
            }
        )
        + "mnist/"
    )


def cut(handler, content):
    send(handler, content[: len(content) // 2], length=str(len(content)))


FAULTS = {
    "web page": (
        lambda handler, content: send(handler, b"<html>Sign in</html>"),
        r"not a readable \.npz|IDX magic number",
    ),
    "empty": (
        lambda handler, content: send(handler, b""),
        r"not a readable \.npz|IDX magic number",
    ),
    "not found": (lambda handler, content: send(handler, b"gone", 404), "404"),
    "out of order": (lambda handler, content: send(handler, b"sorry", 500), "500"),
    "cut half-way": (cut, "IncompleteRead|[Bb]roken"),
    "shorter than it is": (
        lambda handler, content: send(handler, content[:-9]),
        r"not a readable \.npz|cut short or damaged",
    ),
    "senseless length": (lambda handler, content: send(handler, content[:-9], length="many"), "."),
    "hangs up": (lambda handler, content: None, "[Cc]onnection"),
}
FAULTY = pytest.mark.parametrize("fault", FAULTS)
FORMS = pytest.mark.parametrize("form", ["npz", "idx"])


def faulty_mirror(serve, digits, fault, form):
    def answer(content):
        return lambda handler: FAULTS[fault][0](handler, content)

    if form == "npz":
        return serve({"/mnist.npz": answer(npz_bytes(digits))}) + "mnist.npz"
    pages = {
        f"/{name}.gz": answer(gzip.compress(idx_bytes(array)))
        for name, array in zip(IDX_NAMES, digits.arrays, strict=True)
    }
    return serve(pages)


def test_an_npz_mirror_gives_the_digits_and_the_cache_keeps_its_file(serve, digits, target):
    assert_same(download.fetch(target, [npz_mirror(serve, digits)], PATIENT), digits)
    assert target.read_bytes() == npz_bytes(digits)


def test_an_idx_mirror_gives_the_digits_and_the_cache_keeps_them(serve, digits, target):
    assert_same(download.fetch(target, [idx_mirror(serve, digits)], PATIENT), digits)
    assert_same(formats.read_npz(target), digits)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mirror", [npz_mirror, idx_mirror])
def test_a_kept_download_can_be_read_by_the_other_users_of_the_machine(
    serve, digits, target, mirror
):
    download.fetch(target, [mirror(serve, digits)], PATIENT)
    assert target.stat().st_mode & 0o777 == 0o644


def test_a_missing_cache_folder_is_made(serve, digits, tmp_path):
    target = tmp_path / "not" / "yet" / "mnist.npz"
    download.fetch(target, [npz_mirror(serve, digits)], PATIENT)
    assert_same(formats.read_npz(target), digits)


def test_a_download_writes_nothing_to_stderr(serve, digits, target, capsys):
    download.fetch(target, [idx_mirror(serve, digits)], PATIENT)
    assert capsys.readouterr().err == ""


def test_a_download_shows_its_progress_on_stdout(serve, digits, target, capsys):
    download.fetch(target, [npz_mirror(serve, digits)], PATIENT)
    assert "mnist.npz" in capsys.readouterr().out


def test_the_first_good_mirror_is_used_and_the_next_left_alone(serve, digits, target):
    asked = []
    download.fetch(target, [npz_mirror(serve, digits), npz_mirror(serve, digits, asked)], PATIENT)
    assert asked == []


@FAULTY
@FORMS
def test_a_faulty_mirror_is_named_and_nothing_is_kept(serve, digits, target, fault, form):
    mirror = faulty_mirror(serve, digits, fault, form)
    with pytest.raises(DataError, match=f"127.0.0.1:[0-9]+: .*({FAULTS[fault][1]})") as error:
        download.fetch(target, [mirror], PATIENT)
    assert str(error.value).startswith("MNIST could not be downloaded.")
    assert "MNIST_LAB_DATA" in str(error.value)
    assert list(target.parent.iterdir()) == []


@FAULTY
def test_after_a_faulty_mirror_the_next_is_used(serve, digits, target, fault):
    mirrors = [faulty_mirror(serve, digits, fault, "npz"), npz_mirror(serve, digits)]
    assert_same(download.fetch(target, mirrors, PATIENT), digits)
    assert_same(formats.read_npz(target), digits)


def test_a_mirror_with_other_digits_is_refused(serve, digits, target):
    with pytest.raises(DataError, match="other digits than MNIST's .checksum differs"):
        download.fetch(
            target,
            [npz_mirror(serve, made_up_digits(seed=2)), idx_mirror(serve, made_up_digits(seed=3))],
            PATIENT,
        )
    assert not target.exists()


def test_after_a_mirror_with_other_digits_the_next_is_used_and_kept(serve, digits, target):
    mirrors = [
        npz_mirror(serve, made_up_digits(seed=2)),
        idx_mirror(serve, made_up_digits(seed=3)),
        npz_mirror(serve, digits),
    ]
    assert_same(download.fetch(target, mirrors, PATIENT), digits)
    assert_same(formats.read_npz(target), digits)


def test_a_mirror_with_pickled_content_is_refused(serve, digits, target, tmp_path):
    trace = tmp_path / "trace"
    trap = type("Trap", (), {"__reduce__": lambda self: (open, (str(trace), "w"))})()
    mirror = (
        serve(
            {"/mnist.npz": npz_bytes(replace(digits, train_images=np.array([trap], dtype=object)))}
        )
        + "mnist.npz"
    )
    with pytest.raises(DataError, match="Pickled arrays are never loaded"):
        download.fetch(target, [mirror], PATIENT)
    assert not trace.exists()


def test_a_failed_download_leaves_an_earlier_one_as_it_was(serve, digits, target):
    target.write_bytes(b"earlier")
    with pytest.raises(DataError):
        download.fetch(target, [npz_mirror(serve, made_up_digits(seed=2))], PATIENT)
    assert target.read_bytes() == b"earlier"


def test_a_download_replaces_what_was_there(serve, digits, target):
    target.write_bytes(b"damaged")
    download.fetch(target, [npz_mirror(serve, digits)], PATIENT)
    assert_same(formats.read_npz(target), digits)


def test_without_a_network_the_answer_is_quick_and_clear(closed_mirror, target):
    start = time.monotonic()
    with pytest.raises(
        DataError,
        match="could not be downloaded.*127.0.0.1:[0-9]+: no answer.*Connect to the internet",
    ):
        download.fetch(target, [closed_mirror, closed_mirror.replace("mnist.npz", "mnist/")])
    assert time.monotonic() - start < 10


def test_mirrors_that_never_answer_cost_no_more_than_the_timeout(silent_mirror, target):
    start = time.monotonic()
    with pytest.raises(DataError, match="127.0.0.1:[0-9]+: no answer"):
        download.fetch(target, [silent_mirror] * 3, 2)
    assert time.monotonic() - start < 20


def nobody_is_silent(mirrors, timeout):
    """Stand for the first question to each mirror: a busy machine may answer it too late."""
    return {}


def test_a_mirror_that_stops_half_way_without_a_word_is_given_up(
    serve, digits, target, monkeypatch
):
    released = threading.Event()

    def stop(handler):
        cut(handler, npz_bytes(digits))
        released.wait(40)

    monkeypatch.setattr(download, "_silent", nobody_is_silent)
    start = time.monotonic()
    with pytest.raises(DataError, match="127.0.0.1:[0-9]+: .*timed out"):
        download.fetch(target, [serve({"/mnist.npz": stop}) + "mnist.npz"], 1)
    released.set()
    assert time.monotonic() - start < 20


def test_mirrors_that_fall_silent_after_the_first_word_cost_no_more_than_the_timeout(
    serve, target, monkeypatch
):
    monkeypatch.setattr(download, "_silent", nobody_is_silent)
    released = threading.Event()
    mirrors = [
        serve({"/mnist.npz": lambda handler: released.wait(40)}) + "mnist.npz" for _ in range(2)
    ]
    start = time.monotonic()
    with pytest.raises(DataError, match="timed out.*timed out"):
        download.fetch(target, mirrors, 2)
    released.set()
    assert time.monotonic() - start < 20


def test_a_silent_mirror_does_not_keep_from_a_good_one(
    serve, digits, silent_mirror, closed_mirror, target
):
    assert_same(
        download.fetch(target, [silent_mirror, closed_mirror, npz_mirror(serve, digits)], 10),
        digits,
    )


@pytest.fixture
def proxied(serve, monkeypatch):
    """Return a function that sets a proxy, through which alone mirror.test could be reached."""

    def set_proxy(url):
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, url)
        return "http://mirror.test/mnist.npz"

    return set_proxy


def test_a_proxy_that_is_not_there_is_named_with_the_variable(proxied, closed_mirror, target):
    mirror = proxied(closed_mirror.removesuffix("mnist.npz"))
    with pytest.raises(DataError, match=r"mirror\.test: the proxy refuses; check HTTPS_PROXY"):
        download.fetch(target, [mirror], PATIENT)


def test_a_portal_that_answers_every_page_with_its_own_is_survived(proxied, serve, target):
    page = b"<html>Please sign in to the network of the hotel</html>"
    asked = []
    mirror = proxied(serve({"http://mirror.test/mnist.npz": page}, asked))
    with pytest.raises(DataError, match=r"mirror\.test: mnist\.npz: not a readable \.npz") as error:
        download.fetch(target, [mirror], PATIENT)
    assert asked == ["http://mirror.test/mnist.npz"]
    assert "\n" not in str(error.value)


@pytest.fixture
def own_certificate(tmp_path):
    """A certificate for this machine that nobody has signed, as some proxies show one."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on this machine")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"
    subprocess.run(
        [
            *(openssl, *words.split(), "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return key, certificate


@pytest.fixture
def mirror_with_own_certificate(serve, digits, own_certificate, monkeypatch):
    """The test's web server, spoken to over TLS with a certificate that nobody has signed."""
    key, certificate = own_certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    take = ThreadingHTTPServer.get_request

    def take_with_tls(server):
        connection, address = take(server)
        return context.wrap_socket(connection, server_side=True), address

    monkeypatch.setattr(ThreadingHTTPServer, "get_request", take_with_tls)
    return npz_mirror(serve, digits).replace("http:", "https:")


def test_a_certificate_nobody_signed_is_refused_with_the_variable_to_set(
    mirror_with_own_certificate, target, monkeypatch
):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DataError, match="its certificate is not trusted") as error:
        download.fetch(target, [mirror_with_own_certificate], PATIENT)
    assert "set REQUESTS_CA_BUNDLE to the certificate of your network's proxy" in str(error.value)


def test_a_certificate_named_in_the_variable_is_trusted(
    mirror_with_own_certificate, own_certificate, digits, target, monkeypatch
):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(own_certificate[1]))
    assert_same(download.fetch(target, [mirror_with_own_certificate], PATIENT), digits)


def test_no_mirrors_is_a_clear_error(target):
    with pytest.raises(DataError, match="could not be downloaded"):
        download.fetch(target, [], 2)


# A file is where the folder should be: write protection would not bind the administrator.
def test_where_the_cache_cannot_be_written_the_digits_come_with_a_notice(
    serve, digits, tmp_path, capsys
):
    (tmp_path / "cache").write_text("not a folder")
    for target in (tmp_path / "cache" / "mnist.npz", tmp_path / "cache" / "deeper" / "mnist.npz"):
        assert_same(download.fetch(target, [npz_mirror(serve, digits)], PATIENT), digits)
        notice = capsys.readouterr().out
        assert "Notice: MNIST was downloaded but could not be kept at" in notice
        assert str(target) in notice


def test_where_a_folder_stands_in_place_of_the_cache_file_nothing_is_left_behind(
    serve, digits, target, capsys
):
    target.mkdir()
    assert_same(download.fetch(target, [idx_mirror(serve, digits)], PATIENT), digits)
    assert "could not be kept" in capsys.readouterr().out
    assert list(target.iterdir()) == []


def test_without_a_place_for_temporary_files_the_error_is_clear(
    serve, digits, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="could not be downloaded.*nowhere"):
        download.fetch(tmp_path / "mnist.npz", [npz_mirror(serve, digits)], PATIENT)


DOWNLOADER = """
import sys
from pathlib import Path
from mnist_lab.data import download
from mnist_lab.data import formats
from mnist_lab.data.formats import raw
raw.MNIST_SHA256 = sys.argv[1]
assert download.fetch(Path(sys.argv[2]), [sys.argv[3]], 300).is_mnist
"""


def test_eight_processes_may_download_into_one_empty_cache_at_once(serve, tmp_path):
    digits = made_up_digits(train=500)
    content = npz_bytes(digits)
    together = threading.Barrier(8)

    def answer_when_all_have_asked(handler):
        together.wait(300)
        send(handler, content)

    target = tmp_path / "cache" / "mnist.npz"
    mirror = serve({"/mnist.npz": answer_when_all_have_asked}) + "mnist.npz"
    command = [sys.executable, "-c", DOWNLOADER, digest_of(digits), str(target), mirror]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        for _ in range(8)
    ]
    while any(process.poll() is None for process in processes):
        if target.exists():
            assert target.read_bytes() == content
        time.sleep(0.02)
    for process in processes:
        errors = process.communicate()[1].decode()
        assert process.returncode == 0, errors
    assert_same(formats.read_npz(target), digits)
    assert [path.name for path in target.parent.iterdir()] == ["mnist.npz"]


# Caches


@pytest.fixture
def caches(tmp_path, monkeypatch):
    """The two places where MNIST may lie already, both empty: Keras's and the course's own."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(download, "cache_file", lambda: tmp_path / "own" / "mnist.npz")
    (tmp_path / "keras" / "datasets").mkdir(parents=True)
    (tmp_path / "own").mkdir()
    return tmp_path / "keras" / "datasets" / "mnist.npz", tmp_path / "own" / "mnist.npz"


def test_empty_caches_hold_nothing(caches, capsys):
    assert download.cached() is None
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("place", [0, 1], ids=["keras", "own"])
def test_digits_in_either_cache_are_found_with_their_place(caches, digits, place, capsys):
    caches[place].write_bytes(npz_bytes(digits))
    found, path = download.cached()
    assert_same(found, digits)
    assert path == caches[place]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (npz_bytes(made_up_digits(train=2, test=1))[:-1], r"not a readable \.npz"),
        (b"", r"not a readable \.npz"),
        (npz_bytes(made_up_digits(seed=2)), "not MNIST's .checksum differs"),
    ],
    ids=["damaged", "empty", "other digits"],
)
def test_a_cache_that_does_not_hold_mnist_is_passed_over_with_a_notice(
    caches, digits, capsys, content, reason
):
    caches[0].write_bytes(content)
    caches[1].write_bytes(npz_bytes(digits))
    found, path = download.cached()
    assert_same(found, digits)
    assert path == caches[1]
    notice = capsys.readouterr().out
    assert notice.startswith(f"Passing over {caches[0]}: ")
    assert re.search(reason, notice)


def test_without_keras_home_the_cache_in_the_home_folder_is_looked_at(
    caches, digits, tmp_path, monkeypatch
):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    path = tmp_path / "home" / ".keras" / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(npz_bytes(digits))
    assert download.cached()[1] == path


@pytest.mark.skipif(sys.platform != "linux", reason="XDG_CACHE_HOME is a convention of Linux")
def test_downloads_are_kept_in_the_users_cache_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert download.cache_file() == tmp_path / "mnist_lab" / "mnist.npz"
