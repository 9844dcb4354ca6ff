"""Code with its words marked: none of it may get lost, whatever its language."""

from __future__ import annotations

import pytest
from lxml import html
from pygments.lexers import get_all_lexers

from papernotes.export.html.highlight import render_code

CODE = '$ pip install x && echo "<done>"\n>>> y = {{ 2 }}\n\n  mysql> select é;\n% the last line'
LANGUAGES = sorted(names[0] for _, names, _, _ in get_all_lexers() if names)


def words(code: str, language: str) -> str:
    return str(html.fromstring(render_code(code, language)).xpath("string()"))


def test_no_language_loses_a_line() -> None:
    lost = [name for name in LANGUAGES if words(CODE, name) != CODE]
    assert lost == []


@pytest.mark.parametrize("language", ["console", "pycon", "psql", "python", "nonesuch"])
@pytest.mark.parametrize("code", ["$ one", ">>> one", "", "\n", "one\n\n", "\ta\r\n"])
def test_short_code_stays_whole(language: str, code: str) -> None:
    assert words(code, language).strip("\n") == code.replace("\r", "").strip("\n")


def test_words_are_marked_where_the_language_is_known() -> None:
    assert '<span class="gp">$ </span>' in render_code("$ ls", "console")
    assert '<span class="k">def</span>' in render_code("def f(): pass", "python")
