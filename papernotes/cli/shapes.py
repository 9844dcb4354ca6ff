"""The shapes of ``--json``: of each verb what its ``data`` is, and JSON Schema made from that.

Most of it is a report as it is: its dataclass gives names and types, its docstring the meaning.
A test holds the answers of every verb against this.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from papernotes import models
from papernotes.reports import (
    adopting,
    changing,
    checking,
    connecting,
    flagging,
    gathering,
    surveying,
    writing,
)

_MODULES = (
    models, adopting, changing, checking, connecting, flagging, gathering, surveying, writing,
)  # fmt: skip
_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


class But(NamedTuple):
    """A report without some of its fields; problems stand beside the data, not in it."""

    report: type
    without: frozenset[str] = frozenset({"problems"})


class Many(NamedTuple):
    """A list."""

    of: Any


class Either(NamedTuple):
    """One of several, as the options of the verb have it."""

    shapes: tuple[Any, ...]


def _results(report: type) -> dict[str, Any]:
    return {"results": Many(report), "dry_run": bool}


@functools.cache
def fields_of(report: type) -> dict[str, Any]:
    """Return the fields of a report and their types, these as values and not as text."""
    known = {name: each for module in _MODULES for name, each in vars(module).items()}
    known |= {"Mapping": Mapping, "date": date, "datetime": datetime}
    return typing.get_type_hints(report, localns=known)


_FOUND = {"number": int, "ref": str | None, "title": str, "authors": Many(str), "year": int | None,
          "arxiv": str | None, "version": int | None, "categories": Many(str),
          "published": datetime | None, "updated": datetime | None, "abstract": str,
          "doi": str | None, "journal_ref": str | None, "comment": str | None,
          "is_withdrawn": bool}  # fmt: skip
_FINDING = {"code": str, "path": str, "line": int | None, "message": str, "is_hint": bool,
            "can_be_fixed": bool}  # fmt: skip
_MISSING = {"key": str, "path": str, "line": int | None, "near": str}

_NODE = dict(fields_of(surveying.Node)) | {"degree": int}
_GRAPH = {
    "directed": bool,
    "multigraph": bool,
    "graph": {"made_by": str, "is_public": bool, "around": str | None, "alone": int},
    "nodes": Many(_NODE),
    "edges": Many({"source": str, "target": str, "kind": str, "count": int}),
    "path?": str,
    "outcome?": str,
}

SHAPES: dict[str, Any] = {
    "find": {"hits": Many(_FOUND), "total": int, "query": str, "missing": Many(str),
             "results?": Many(gathering.Added), "dry_run?": bool},
    "add": {**_results(gathering.Added), "pdfs?": Many(gathering.PdfResult)},
    "adopt": But(adopting.AdoptReport),
    "show": But(models.Card),
    "links": Either((
        But(connecting.LinksReport),
        {"ref": str, "title": str, "mentions": Many(connecting.Mention), "linked": bool,
         "dry_run": bool},
    )),
    "list": Either((But(models.Hits), But(connecting.TallyReport))),
    "search": Either((
        But(models.Hits),
        {"hits": Many(models.Hit), "total": int, "notices": Many(str)},
    )),
    "next": {"next": Many(connecting.Suggestion), "waiting": int},
    "status": _results(changing.Marked),
    "tag": _results(changing.Marked),
    "tags": {"tags": Many(connecting.TagCount)},
    "related": But(connecting.RelatedReport),
    "update": {**_results(gathering.Updated), "skipped": Many(str)},
    "pdf": _results(gathering.PdfResult),
    "rename": {**_results(changing.Renamed), "files": Many(changing.RenamedFile)},
    "remove": Either((_results(changing.Removed), _results(changing.Trashed))),
    "restore": _results(changing.Trashed),
    "bib": {"items": Many(Mapping[str, Any]), "keys": Many(str), "missing": Many(_MISSING),
            "path": str, "outcome": str, "added": Many(str), "removed": Many(str),
            "changed": Many(str)},
    "export": But(writing.ExportReport),
    "publish": {"notes": Many(flagging.Flagged), "leaving": Many(str), "dry_run": bool,
                "export?": But(writing.ExportReport)},
    "sync": But(models.SyncReport),
    "doctor": {"findings": Many(_FINDING), "fixes": Many(checking.FixedLine), "dry_run": bool,
               "papers": int, "notes": int, "installation": Mapping[str, str]},
    "config": Mapping[str, Any],
    "graph": _GRAPH,
    "stats": But(surveying.Stats),
}  # fmt: skip
"""By verb; the names of keys that may be missing end with a question mark.

``tags --rename`` answers as ``rename`` does, in its name.
"""


def schema_of(verb: str) -> dict[str, Any]:
    """Return the JSON Schema of what ``papernotes VERB --json`` prints."""
    definitions: dict[str, Any] = {}
    shape = {
        "version": int,
        "command": str,
        "data": SHAPES[verb],
        "problems": Many(models.Problem),
    }
    found = _schema(shape, definitions)
    found["properties"]["version"] = {"const": 1}
    found["properties"]["command"] = {"const": verb}
    return {"$schema": _DRAFT, "title": f"papernotes {verb} --json", **found, "$defs": definitions}


def reports() -> tuple[type, ...]:
    """Return all reports there are."""
    return tuple(
        each
        for module in _MODULES
        for each in vars(module).values()
        if isinstance(each, type) and dataclasses.is_dataclass(each)
    )


def leaves_of(report: type) -> tuple[str, ...]:
    """Return the names of all that can be said of a report in words: ``paper.doi``."""
    return tuple(_leaves(report))


def _leaves(report: type) -> typing.Iterator[str]:
    for name, kind in fields_of(report).items():
        if name == "problems":  # they stand beside the data
            continue
        inner = [each for each in _inner(kind) if each is not type(None)]
        for each in inner:
            if dataclasses.is_dataclass(each) and isinstance(each, type):
                yield from (f"{name}.{leaf}" for leaf in _leaves(each))
        if all(each in _SCALARS or each in {date, datetime} for each in inner):
            yield name


def _inner(kind: Any) -> list[Any]:
    """Return what a type holds one or many of, pairs and mappings as they are."""
    origin, of = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return [inner for each in of for inner in _inner(each)]
    if origin is tuple and of[-1] is Ellipsis:
        return _inner(of[0])
    return [kind]


def _schema(shape: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a shape; those of reports go into ``definitions``."""
    if isinstance(shape, dict):
        properties = {name.rstrip("?"): _schema(each, definitions) for name, each in shape.items()}
        return _object(properties, [name for name in shape if not name.endswith("?")])
    if isinstance(shape, Many):
        return {"type": "array", "items": _schema(shape.of, definitions)}
    if isinstance(shape, Either):
        return {"anyOf": [_schema(each, definitions) for each in shape.shapes]}
    if isinstance(shape, But):
        return _report_schema(shape.report, shape.without, definitions)
    if dataclasses.is_dataclass(shape) and isinstance(shape, type):
        name = shape.__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _report_schema(shape, frozenset(), definitions)
        return {"$ref": f"#/$defs/{name}"}
    return _type_schema(shape, definitions)


def _report_schema(
    report: type, without: frozenset[str], definitions: dict[str, Any]
) -> dict[str, Any]:
    kinds = {name: kind for name, kind in fields_of(report).items() if name not in without}
    properties = {name: _schema(kind, definitions) for name, kind in kinds.items()}
    about = " ".join((inspect.getdoc(report) or "").split())
    return {"description": about, **_object(properties, list(properties))}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _type_schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind in _SCALARS:
        return {"type": _SCALARS[kind]}
    if kind in {date, datetime}:
        return {"type": "string", "format": "date" if kind is date else "date-time"}
    origin, of = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [_schema(each, definitions) for each in of]}
    if origin is tuple and of[-1] is Ellipsis:
        return {"type": "array", "items": _schema(of[0], definitions)}
    if origin is tuple:
        items = [_schema(each, definitions) for each in of]
        return {"type": "array", "prefixItems": items, "minItems": len(of), "maxItems": len(of)}
    if origin is Mapping:
        value = {} if of[1] in {Any, object} else _schema(of[1], definitions)
        return {"type": "object", "additionalProperties": value or True}
    if kind in {Any, object}:
        return {}
    raise TypeError(f"{kind}: no shape of JSON")
