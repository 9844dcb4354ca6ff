"""What every page of the library has round its content; and the files that pages share.

The frame is ``base.html`` of the html target, with blocks of our own. A person's own templates
are for the blog and do not count here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from papernotes.browsing.wishes import INDEX
from papernotes.export.html.formulas import MATH_STYLES
from papernotes.export.html.frame import Blog, Page
from papernotes.export.html.packaged import PACKAGE, read_asset

if TYPE_CHECKING:
    from papernotes.browsing.wishes import Asset

_OWN = "papernotes.browsing"
_OURS = frozenset({"browse.css", "browse.js"})
_SITES = frozenset({"style.css", "icon.svg", "math.woff2"})


@dataclass(frozen=True, slots=True)
class Sheet(Page):
    """One page's own part of its head; ``has_frame``: it shows a PDF in a frame."""

    has_frame: bool = False

    @property
    def policy(self) -> str:
        """The Content-Security-Policy."""
        return policy(has_frame=self.has_frame)


def policy(*, has_frame: bool = False) -> str:
    """Return the Content-Security-Policy of a page: nothing but what this server gives."""
    frame = "'self'" if has_frame else "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        f"img-src 'self'; connect-src 'self'; frame-src {frame}; form-action 'self'; "
        "base-uri 'none'"
    )


def render_sheet(template: str, sheet: Sheet, library: str, **values: Any) -> bytes:
    """Return a page of the library of that name."""
    blog = Blog(library, "", "", "en", "")
    context = {"blog": blog, "page": sheet, "link": link_to, **values}
    return _environment().get_template(template).render(context).encode("utf-8", "replace")


def render_part(template: str, **values: Any) -> bytes:
    """Return a part of a page."""
    found = _environment().get_template(template).render({"link": link_to, **values})
    return found.encode("utf-8", "replace")


def read_shared(asset: Asset) -> bytes | None:
    """Return a file that pages share; None where there is none of that name."""
    if asset.name in _OURS:
        return (resources.files(_OWN) / "assets" / asset.name).read_bytes()
    if asset.name not in _SITES:
        return None
    data = read_asset(asset.name)
    return data + MATH_STYLES.encode() if asset.name == "style.css" else data


def link_to(path: str) -> str:
    """Return the link to a path of this server: from its root, as pages have no other place."""
    found = f"/{quote(path, safe='/~', errors='replace')}"
    return found.removesuffix(INDEX) if found.endswith(f"/{INDEX}") else found


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader(_OWN, "templates"), PackageLoader(PACKAGE, "templates")]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.globals.clear()
    return environment
