"""Drafts of lessons, and the language model that may write them."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.responses import StreamingResponse

from pocketmusec.backend import TheBackend
from pocketmusec.drafting import answer, model, prompt, template, upstream
from pocketmusec.drafting.model import Model
from pocketmusec.drafting.wish import Wish, standards_of
from pocketmusec.problems import ProblemError
from pocketmusec.routes import answers
from pocketmusec.routes.answers import gives, gives_file

log = logging.getLogger(__name__)

routes = APIRouter(prefix="/api")

# the app's main process adds it, the page has none. "ORIGIN KEY": a key goes nowhere but where it was given for
Key = Annotated[str, Header(alias="x-model-key", max_length=4096)]


@routes.get("/model", **gives(answers.Model))
def chosen(backend: TheBackend) -> dict[str, Any]:
    """The model that is set up; empty texts where none is."""
    return model.load(backend.db).model_dump()


@routes.put("/model", **gives(answers.Model))
def choose(given: Model, backend: TheBackend) -> dict[str, Any]:
    """Set up a model, or with empty texts none."""
    return model.save(backend.db, given).model_dump()


@routes.post("/model/check", **gives(answers.Models))
async def check(backend: TheBackend, x_model_key: Key = "") -> dict[str, Any]:
    """Ask the server for its models, to see that address and key are right."""
    found = await asyncio.to_thread(model.load, backend.db)
    if not found.base_url:
        raise model.NOT_SET_UP
    return {"models": await upstream.models(found, model.key_for(found, x_model_key))}


@routes.post("/drafts", **gives(answers.NewDraft))
def by_template(wish: Wish, backend: TheBackend) -> dict[str, Any]:
    """A draft from the template; nothing is kept of it."""
    return {"content": template.draft(wish, standards_of(backend.db, wish))}


@routes.post("/drafts/stream", **gives_file("text/event-stream"))
async def by_model(wish: Wish, backend: TheBackend, x_model_key: Key = "") -> StreamingResponse:
    """A draft by the model as it comes: `text` events, then `draft`, or `problem`. Going away ends it upstream too."""
    found = await asyncio.to_thread(model.ready, backend.db)
    standards = await asyncio.to_thread(standards_of, backend.db, wish)

    async def events() -> AsyncIterator[str]:
        # at once: the page sees that it was heard, and its going away is noticed from now on
        yield _event("begin", {})
        text = ""
        try:
            pieces = upstream.text(found, model.key_for(found, x_model_key), prompt.messages(wish, standards))
            async with contextlib.aclosing(pieces) as coming:
                async for piece in coming:
                    if piece:
                        text += piece
                        yield _event("text", {"text": piece})
        except ProblemError as problem:
            log.warning("the language model: %s", problem.code)
            yield _event("problem", {"code": problem.code, "detail": problem.detail})
            return
        yield _event("draft", {"content": answer.lesson(text, wish, standards)})

    return StreamingResponse(events(), media_type="text/event-stream", headers={"cache-control": "no-store"})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
