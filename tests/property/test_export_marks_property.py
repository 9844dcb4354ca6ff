"""Looking only where a mark may begin finds what looking everywhere does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from papernotes.export.privacy import marks

PARTS = (
    *("sk-", "AKIA", "ghp_", "rk_live_", "hf_", "eyJ", "pypi-AgE", "-----BEGIN RSA PRIVATE KEY"),
    *("A1" * 8, "Z9" * 20, "k3J" * 9, "m+n" * 30, "q" * 70, "eyJ" + "a" * 16 + ".eyJ" + "b" * 50),
    *("token", "PassWord", "API_KEY", "secret", '"', "  ", "=", ":", "İ", "\u212aey"),
    *("@", "x.de", "example.org", "ü", ".", "-", "_", " ", "\n", "a"),
)


@given(st.lists(st.sampled_from(PARTS), max_size=24).map("".join))
def test_shortcuts_miss_nothing(text: str) -> None:
    keys, mails = marks._keys(text), marks._mails(text)
    assert [one.span() for one in keys] == [one.span() for one in marks._KEYS.finditer(text)]
    assert [one.span() for one in mails] == [one.span() for one in marks._MAIL.finditer(text)]
    assert marks._may_assign(text) or not marks._ASSIGNED.search(text)
