"""Jekyll's Liquid in a post → plain Markdown, as far as it has a plain meaning. Pure.

What a page shows of a tag is written as notes write it: includes that make boxes become callouts,
figures images, videos links. A tag that has no such meaning stays as text, and is told.
Sources: the includes of fastpages, of al-folio and of Minimal Mistakes; jekyll-scholar.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r"\{%(-?)\s*+(\w++)((?:[^%{-]|-(?!%\})|%(?!\})|\{(?!%))*+)(-?)%\}"
    r"|\{\{(-?)("
    r"(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|[^{}-]|-(?!\}\})|\}(?!\})|\{(?!\{))*+(?=-?\}\})"
    r"|(?:[^{}-]|-(?!\}\})|\}(?!\})|\{(?!\{))*+)(-?)\}\}"
)
_PAIRED = {
    name: re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}")
    for name in ("raw", "highlight", "comment", "mermaid", "katex", "math", "details")
}
_ARGUMENT = re.compile(r"""([\w-]+)\s*=\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"']+)""")
_TEXT = re.compile(r"""\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)')\s*""")
_BOXES = {
    "alert": "warning",
    "danger": "danger",
    "important": "important",
    "info": "info",
    "note": "note",
    "tip": "tip",
    "warning": "warning",
}
_FIGURES = frozenset({"figure", "image", "img", "fig", "picture"})
_VIDEOS = frozenset({"youtube", "youtubeplayer", "vimeo", "twitter", "video"})
_CONTAINER = re.compile(r"<(/?)(?:div|figure|table|td|center|section)\b", re.IGNORECASE)
_FAR = 20_000
_SPACE = re.compile(r"\s*")
_NOTHING = frozenset({"toc", "bibliography", "endif", "break"})
_MISSING = object()


class Notice(NamedTuple):
    """Something a note shows in another way than the post; ``line`` is of the body, from 1."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Page:
    """What Liquid may ask for. ``find_post`` returns the file of another post's note, if any."""

    page: Mapping[str, Any] = field(default_factory=dict)
    site: Mapping[str, Any] = field(default_factory=dict)
    find_post: Callable[[str], str | None] = lambda _name: None


def plain_liquid(text: str, page: Page) -> tuple[str, tuple[Notice, ...]]:
    """Return the text without the Liquid that has a plain meaning, and what was left or changed."""
    if "{%" not in text and "{{" not in text:
        return text, ()
    pieces: list[str] = []
    notices: list[Notice] = []
    unclosed: set[str] = set()
    done, line, counted = 0, 1, 0
    while (match := _TOKEN.search(text, done)) is not None:
        before = text[done : match.start()]
        done = match.end()
        if not match[2]:
            found = _output(match[6], page)
        elif (closing := _PAIRED.get(match[2])) is None:
            found = _tag(match[2], match[3].strip(), text, match.start(), page)
        else:
            closed = None if match[2] in unclosed else closing.search(text, done)
            found = None if closed is None else _paired(match, closed, text)
            if closed is not None and match[2] == "details":
                found, inside = plain_liquid(text[done : closed.start()], page)
                found = _folded(match[3].strip(), found)
                line, counted = line + text.count("\n", counted, match.start()), match.start()
                notices += (Notice(line + each.line - 1, each.message) for each in inside)
            done = done if closed is None else closed.end()
            unclosed.update((match[2],) if closed is None else ())
        if found is None:
            line, counted = line + text.count("\n", counted, match.start()), match.start()
            notices.append(Notice(line, f"{' '.join(match[0].split())[:60]} stays as text"))
            found = match[0]
        pieces += (before.rstrip() if match[1] or match[5] else before, found)
        if match[4] or match[7]:
            space = _SPACE.match(text, done)
            done = space.end() if space else done
    return "".join((*pieces, text[done:])), tuple(notices)


def _tag(name: str, rest: str, text: str, start: int, page: Page) -> str | None:
    """Return what a tag that stands alone becomes (None: it stays)."""
    if name in ("include", "include_relative", "include_cached"):
        return _include(rest, text, start)
    if name == "post_url":
        return page.find_post(rest)
    if name == "link":
        return f"/{rest.lstrip('/')}"
    if name == "fn":
        return f"[^{rest}]" if re.fullmatch(r"\w+", rest) else None
    if name == "cite":
        keys = re.split(r"[\s,]+", re.sub(r"--\w+.*", "", rest).strip())
        is_plain = all(re.fullmatch(r"[\w:.+/-]+", key) for key in keys)
        return f"[{'; '.join(f'@{key}' for key in keys)}]" if is_plain else None
    if name == "gist":
        return f"<https://gist.github.com/{rest.split(maxsplit=1)[0]}>" if rest else None
    if name in _VIDEOS:
        return _video(name, rest)
    return "" if name in _NOTHING else None


def _folded(title: str, inner: str) -> str:
    """Return a folded box, as al-folio's ``details`` makes one."""
    head = f"> [!note]- {_unquoted(title)}".rstrip()
    return "\n".join([head, *(f"> {line}".rstrip() for line in inner.strip().splitlines())])


def _paired(match: re.Match[str], closed: re.Match[str], text: str) -> str:
    """Return what a tag becomes together with all up to the one that closes it."""
    name, rest, inner = match[2], match[3].strip(), text[match.end() : closed.start()]
    if name == "raw":
        return _without_own_lines(inner, text, match, closed)
    if name == "comment":
        return f"<!--{inner.replace('--', '- -')}-->"
    if name in ("katex", "math"):
        return f"$${inner}$$"
    inner, _ = plain_liquid(inner, Page())  # it runs in code too; none of these holds itself
    language = name if name == "mermaid" else (rest.split() or [""])[0]
    ticks = "`" * max(3, 1 + max(map(len, re.findall("`+", inner)), default=0))
    code = inner.strip("\n").rstrip()
    return f"{ticks}{language}\n{code}\n{_indent(text, match.start())}{ticks}"


def _without_own_lines(inner: str, text: str, match: re.Match[str], closed: re.Match[str]) -> str:
    """Return what stands in ``raw``, without the lines that held only its tags."""
    stands_alone = not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
    if stands_alone and inner.startswith("\n"):
        inner = inner[1:]
    last = inner.rpartition("\n")[2]
    if not last.strip() and text[closed.end() : closed.end() + 1] in ("", "\n") and "\n" in inner:
        inner = inner[: len(inner) - len(last)].removesuffix("\n")
    return inner


def _indent(text: str, start: int) -> str:
    """Return the space before a place, or nothing where more than space stands before it."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return before if not before.strip() else ""


def _is_in_html(text: str, start: int) -> bool:
    """Say whether a place lies in a block of HTML, where Markdown means nothing."""
    before = text[max(0, start - _FAR) : start]
    depth = sum(-1 if closes else 1 for closes in _CONTAINER.findall(before))
    return depth > 0 or re.match(r"\s*</?[A-Za-z]", before.rpartition("\n\n")[2]) is not None


def _include(rest: str, text: str, start: int) -> str | None:
    file, _, given = rest.partition(" ")
    name = file.rpartition("/")[2].removesuffix(".html").removesuffix(".liquid").lower()
    values = {key: _unquoted(value) for key, value in _ARGUMENT.findall(given)}
    if name in _BOXES:
        return _box(
            _BOXES[name], values.get("text") or values.get("content") or "", _indent(text, start)
        )
    if name in _FIGURES:
        return _figure(values, is_html=_is_in_html(text, start))
    if name in _VIDEOS:
        return _video(name, values.get("content") or values.get("id") or values.get("url") or "")
    return "" if name in _NOTHING else None


def _unquoted(value: str) -> str:
    if value[:1] in ("'", '"') and value[-1:] == value[:1]:
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def _box(kind: str, text: str, indent: str) -> str:
    lines = text.strip().splitlines() or [""]
    return "\n".join([f"> [!{kind}]", *(f"{indent}> {line.strip()}".rstrip() for line in lines)])


def _figure(values: Mapping[str, str], *, is_html: bool) -> str | None:
    names = ("path", "src", "file", "url", "image_path", "source")
    source = next((values[name] for name in names if name in values), "")
    if not source or "{" in source:
        return None
    if not re.match(r"[a-z]+:|/|\./|\.\./", source):
        source = f"/{source}"
    alt = " ".join((values.get("alt") or values.get("title") or "").split())
    caption = " ".join((values.get("caption") or "").split())
    width = re.fullmatch(r"(\d{2,4})(?:px)?", values.get("width") or values.get("max-width") or "")
    if is_html:
        size = f' width="{width[1]}"' if width else ""
        image = f'<img src="{html.escape(source)}" alt="{html.escape(alt)}"{size}>'
        below = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f"<figure>{image}{below}</figure>"
    place = f"<{source}>" if " " in source else source
    title = ' "{}"'.format(caption.replace('"', "&quot;")) if caption else ""
    shown = alt.replace("]", r"\]") + (f"|{width[1]}" if width else "")
    return f"![{shown}]({place}{title})"


def _video(name: str, said: str) -> str | None:
    said = _unquoted(said.strip())
    if (address := re.search(r"https?://[^\s\"'<>]+", said)) is not None:
        return f"<{address[0]}>"
    if re.fullmatch(r"[\w-]{6,}", said) and name.startswith("youtube"):
        return f"<https://www.youtube.com/watch?v={said}>"
    if re.fullmatch(r"\d+", said) and name == "vimeo":
        return f"<https://vimeo.com/{said}>"
    return None


def _output(expression: str, page: Page) -> str | None:
    """Return what ``{{ … }}`` shows, or None where that cannot be known."""
    head, *filters = re.split(r"\s*\|\s*(?=\w)", expression.strip())
    value = _value(head, page)
    for each in filters:
        name, _, argument = each.partition(":")
        value = _filtered(value, name.strip(), _value(argument.strip(), page))
    return None if value is _MISSING or value is None else str(value)


def _value(said: str, page: Page) -> Any:
    if (text := _TEXT.fullmatch(said)) is not None:
        return text[1] if text[1] is not None else text[2]
    if re.fullmatch(r"-?\d+", said):
        return said
    if said in ("site.baseurl", "site.url"):
        return ""  # links of notes begin at the blog
    scope, _, key = said.partition(".")
    known = {"page": page.page, "site": page.site}.get(scope, {})
    found = known.get(key, _MISSING)
    return found if isinstance(found, str | int) and not isinstance(found, bool) else _MISSING


def _filtered(value: Any, name: str, argument: Any) -> Any:
    if value is _MISSING or value is None:
        return _MISSING
    if name in ("relative_url", "absolute_url"):
        is_whole = re.match(r"[a-z]+:|/", str(value)) is not None
        return str(value) if is_whole else f"/{value}"
    if name in ("escape", "xml_escape", "markdownify", "strip"):
        return str(value).strip()
    if name in ("prepend", "append") and argument is not _MISSING:
        return f"{argument}{value}" if name == "prepend" else f"{value}{argument}"
    if name == "fndetail" and argument is not _MISSING:
        return f"[^{argument}]: {value}"
    if name in ("downcase", "upcase", "capitalize"):
        return {"downcase": str.lower, "upcase": str.upper}.get(name, str.capitalize)(str(value))
    return _MISSING
