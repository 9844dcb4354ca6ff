"""The pages of docs/ become a site: all of them, each link leading somewhere."""

from __future__ import annotations

import runpy
from pathlib import Path

from lxml import html

SITE = Path(__file__).parents[2] / "docs" / "site" / "build.py"


def test_every_page_of_the_docs_is_on_the_site_and_no_link_is_dead(tmp_path: Path) -> None:
    built = runpy.run_path(str(SITE))
    built["build"](tmp_path)
    index = html.fromstring((tmp_path / "index.html").read_bytes())
    links = {str(link) for link in index.xpath("//main//a/@href")}
    pages = {path.stem for path in SITE.parents[1].glob("*.md")} | {"readme", "changelog"}
    assert links == {f"pages/{name}/index.html" for name in pages}
    dead = []
    for page in tmp_path.rglob("*.html"):
        for link in html.fromstring(page.read_bytes()).xpath("//@href | //@src"):
            path, _, anchor = str(link).partition("#")
            if ":" in path:
                continue
            place = page.parent / path if path else page
            is_there = place.is_file()
            if is_there and anchor and place.suffix == ".html":
                is_there = f'id="{anchor}"' in place.read_text("utf-8")
            if not is_there:
                dead.append((page.name, link))
    assert dead == []
