import gzip
import os

import pytest

from craft_site.kit.published import publish, publish_text, wrap

ADDRESS = "/contests/results/mould-2024-v1/"


@pytest.fixture
def front(tmp_path, settings):
    settings.PUBLISHED_ROOT = tmp_path
    asked = []

    def django(environ, start_response):
        asked.append(environ["PATH_INFO"])
        start_response("404 Not Found", [])
        return [b"django"]

    def get(path, method="GET", **headers):
        answer = {}
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method} | headers
        body = b"".join(
            wrap(django)(environ, lambda status, found: answer.update(status=status, headers=dict(found)))
        )
        return answer["status"], answer["headers"], body

    get.asked = asked
    return get


def test_a_published_page_is_answered_without_django(front):
    publish(ADDRESS, "成绩".encode())
    status, headers, body = front(ADDRESS)
    assert (status, body, front.asked) == ("200 OK", "成绩".encode(), [])
    assert headers["Content-Length"] == str(len(body))


def test_an_unchanged_page_is_not_sent_again(front):
    publish(ADDRESS, b"one")
    _, headers, _ = front(ADDRESS)
    assert front(ADDRESS, HTTP_IF_NONE_MATCH=headers["ETag"])[0] == "304 Not Modified"


def test_a_page_published_again_is_seen_at_once(front):
    publish(ADDRESS, b"one")
    front(ADDRESS)
    file = publish(ADDRESS, b"two")
    os.utime(file, ns=(1, 1))
    assert front(ADDRESS)[2] == b"two"


def test_a_browser_that_reads_gzip_gets_the_packed_page(front):
    publish(ADDRESS, b"one" * 100)
    _, headers, body = front(ADDRESS, HTTP_ACCEPT_ENCODING="gzip, br")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == b"one" * 100


@pytest.mark.parametrize(
    "path",
    [
        "/contests/results/../../secret/",
        "/contests/results/unknown/",
        "/contests/results/.hidden/",
        "/contests/results//etc/passwd/",
        "/me/",
    ],
)
def test_everything_else_goes_to_django(front, path):
    publish(ADDRESS, b"one")
    assert front(path)[2] == b"django"


def test_a_changing_request_goes_to_django(front):
    publish(ADDRESS, b"one")
    assert front(ADDRESS, method="POST")[2] == b"django"


def test_a_text_is_answered_as_text_under_its_very_name(front):
    publish_text("/ledger/event.mould-2024/1207", "— 签名".encode())
    publish_text("/ledger/keys/", b"key")
    status, headers, body = front("/ledger/event.mould-2024/1207")
    assert (status, headers["Content-Type"]) == ("200 OK", "text/plain; charset=utf-8")
    assert body == "— 签名".encode()
    assert front("/ledger/keys/")[2] == b"key"
    assert front("/contests/results/none/")[2] == front("/ledger/event.mould-2024/")[2] == b"django"


@pytest.mark.parametrize(
    "path", ["/ledger/../x/y", "/ledger/.x/y", "/ledger/x/../../y", "/ledger/x", "/ledger/x/Y", "/other/x/y"]
)
def test_a_text_has_no_other_address(path, tmp_path, settings):
    settings.PUBLISHED_ROOT = tmp_path
    with pytest.raises(ValueError, match="published"):
        publish_text(path, b"x")
