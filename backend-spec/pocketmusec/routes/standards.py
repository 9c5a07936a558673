"""Search among standards and objectives."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from pocketmusec.backend import TheBackend
from pocketmusec.routes import answers
from pocketmusec.routes.answers import gives
from pocketmusec.store import search

routes = APIRouter(prefix="/api/standards")

Text = Annotated[str, Query(max_length=500)]
Short = Annotated[str, Query(max_length=20)]


@routes.get("", **gives(answers.Hits))
def find(
    backend: TheBackend,
    q: Text = "",
    grade: Short = "",
    strand: Short = "",
    kind: Literal["", "standard", "objective"] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> dict[str, Any]:
    """Ranked hits; runs in a thread, since SQLite blocks."""
    return search.find(backend.db, search.Query(q, grade, strand, kind, limit, offset))
