from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from papernotes.ids import find_arxiv_ids
from papernotes.sources import readable

HEAD = b"From: a@example.org\r\nSubject: arXiv:1512.03385\r\n"
QUOTED = (
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"\r\nsee https://arxiv.org/abs/1706.03762v1=\r\n2 and abs/1412.69=\r\n80, M=C3=BCller\r\n"
)


def ids(data: bytes) -> list[str]:
    return [str(each) for each in find_arxiv_ids(readable(data))]


def test_a_folded_line_of_a_mail_is_one_line() -> None:
    assert ids(HEAD + QUOTED) == ["1512.03385", "1706.03762v12", "1412.6980"]
    assert "Müller" in readable(HEAD + QUOTED)


def test_parts_of_a_mail_are_decoded() -> None:
    body = base64.encodebytes("“read” arXiv:1706.03762".encode("cp1252"))
    data = (
        HEAD + b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        b"Content-Type: text/html; charset=windows-1252\nContent-Transfer-Encoding: base64\n\n"
        + body
        + b"\n--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(b"arXiv:1810.04805")
        + b"\n--x--\n"
    )
    assert ids(data) == ["1512.03385", "1706.03762"]


def test_utf_16_is_known_by_its_mark() -> None:
    assert ids("arXiv:1706.03762".encode("utf-16")) == ["1706.03762"]


def test_what_is_no_mail_is_taken_as_it_is() -> None:
    text = "title: x\nyear: 1999\n\nuri = a=\nb 1706.03762\n"
    assert readable(text.encode()) == text
    assert readable(b"\xff arXiv:1706.03762") == "\ufffd arXiv:1706.03762"


@given(st.binary(max_size=300))
def test_any_bytes_are_some_text(data: bytes) -> None:
    assert isinstance(readable(data), str)
    assert isinstance(readable(HEAD + b"Content-Transfer-Encoding: base64\n" + data), str)
