"""All posts of a blog seen together: their summaries, and what stands around each. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papernotes.export.making.counting import has_math
from papernotes.export.post import Around, Neighbour, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from papernotes.export.post import Placement, Post


def summary_of(post: Post, placement: Placement) -> Summary:
    """Return the summary of a post; its ``extract`` is made by the target."""
    return Summary(
        ref=post.ref,
        title=post.title,
        placement=placement,
        description=post.description,
        categories=post.categories,
        tags=post.tags,
        kind=post.kind,
        words=post.words,
        card=post.card,
        cited=post.cited,
        links_to=post.links_to,
        has_math=has_math(post.body),
    )


def newest_first(summaries: Iterable[Summary]) -> tuple[Summary, ...]:
    """Return summaries by date, the newest first; those of one day by ref."""
    by_ref = sorted(summaries, key=lambda summary: summary.ref)
    return tuple(sorted(by_ref, key=lambda summary: summary.placement.published_on, reverse=True))


def around(summaries: Sequence[Summary]) -> Mapping[str, Around]:
    """Return by ref what stands around each post; ``summaries`` come newest first.

    Backlinks come newest first too, and a post that links to itself is none of its own.
    """
    neighbours = {one.ref: Neighbour(one.title, one.placement.url) for one in summaries}
    linking: dict[str, list[Neighbour]] = {}
    for one in summaries:
        for ref in dict.fromkeys(one.links_to):
            if ref != one.ref:
                linking.setdefault(ref, []).append(neighbours[one.ref])
    ordered = [neighbours[one.ref] for one in summaries]
    return {
        one.ref: Around(
            older=ordered[number + 1] if number + 1 < len(ordered) else None,
            newer=ordered[number - 1] if number else None,
            backlinks=tuple(linking.get(one.ref, ())),
        )
        for number, one in enumerate(summaries)
    }
