"""The shapes of answers, for the OpenAPI document; they are in the contract, and a test holds real answers to them."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.responses import Response

from pocketmusec.documents.document import Format, State
from pocketmusec.lessons.content import Content, DraftContent

# a lesson's content as it is answered has all its parts, as it is sent it has not: they share a name, and must not share a schema
REF = "#/components/schemas/{model}Answer"
_given: set[type[BaseModel]] = set()


def gives(shape: type[BaseModel], status: int = 200, *also: int) -> dict[str, Any]:
    """Arguments for a route that answers with `shape`, under `status` or one of `also`.

    Declared, not enforced: what a former version stored is to be shown as it is, and not to become an error.
    """
    _given.add(shape)
    content = {"application/json": {"schema": {"$ref": REF.format(model=shape.__name__)}}}
    return {"status_code": status, "response_model": None, "responses": {code: {"content": content} for code in (status, *also)}}


def gives_file(*media_types: str) -> dict[str, Any]:
    """Arguments for a route that answers with a file of one of these types."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
    return {"response_class": Response, "response_model": None, "responses": {200: {"content": content}}}


def add_shapes(document: dict[str, Any]) -> None:
    """Put the schemas of all shapes into the OpenAPI document."""
    shapes: list[tuple[type[BaseModel], JsonSchemaMode]] = [(shape, "serialization") for shape in _given]
    _, schemas = models_json_schema(shapes, ref_template=REF)
    document["components"]["schemas"] |= {f"{name}Answer": schema for name, schema in schemas["$defs"].items()}


class _Shape(BaseModel):
    # a key that the contract does not name is a mistake of ours; and nobody waits at the start for what only the document needs
    model_config = ConfigDict(extra="forbid", defer_build=True)


class Health(_Shape):
    """That the backend serves; `proof` when a nonce was sent."""

    status: Literal["ok"]
    version: str
    schema_: int = Field(alias="schema")
    pid: int
    uptime_s: float
    busy: bool
    proof: str = ""


class Stopping(_Shape):
    """That the end was asked for."""

    status: Literal["stopping"]


class Failure(_Shape):
    """Why an import failed."""

    code: str
    detail: str


class Unread(_Shape):
    """A page of a PDF, or a line of another file, that was not read, or not all of it."""

    at: int
    found: str
    allowed: str


class Document(_Shape):
    """A document, on its way in or imported."""

    id: str
    name: str
    format: Format
    size: int
    state: State
    page: int
    pages: int | None
    standards: int
    objectives: int
    unread: list[Unread]
    error: Failure | None
    added_at: str


class Documents(_Shape):
    """All of them."""

    documents: list[Document]


class Segment(_Shape):
    """A piece of a hit's text."""

    text: str
    match: bool


class Hit(_Shape):
    """A standard or objective that was found."""

    code: str
    kind: Literal["standard", "objective"]
    grade: str
    strand: str
    strand_name: str
    text: str
    segments: list[Segment]
    document_id: str
    document_name: str
    document_format: Format
    page: int


class Strand(_Shape):
    """A strand that the library has."""

    code: str
    name: str


class Hits(_Shape):
    """One page of hits, and what can be narrowed to."""

    total: int
    hits: list[Hit]
    grades: list[str]
    strands: list[Strand]


class Image(_Shape):
    """An image as it was added."""

    id: str
    name: str
    type: str
    width: int
    height: int
    size: int
    added_at: str


class ListedImage(Image):
    """An image in a list, and how many lessons show it."""

    lessons: int


class Images(_Shape):
    """All of them."""

    images: list[ListedImage]


class LinkedStandard(_Shape):
    """A standard of a lesson, as it was when it was linked."""

    code: str
    text: str
    grade: str
    strand: str
    known: bool


class Draft(_Shape):
    """What was typed and not saved."""

    content: DraftContent
    base_version: int
    saved_at: str


class Lesson(_Shape):
    """The newest version with the draft on top."""

    id: str
    version: int
    content: Content
    standards: list[LinkedStandard]
    minutes: int
    created_at: str
    updated_at: str
    draft: Draft | None


class ListedLesson(_Shape):
    """A lesson in a list."""

    id: str
    title: str
    grade: str
    minutes: int
    standards: list[str]
    version: int
    has_draft: bool
    updated_at: str


class Lessons(_Shape):
    """One page of lessons."""

    lessons: list[ListedLesson]
    total: int


class DraftSaved(_Shape):
    """When the draft was kept."""

    saved_at: str


class ListedVersion(_Shape):
    """A version in a list."""

    version: int
    saved_at: str
    title: str


class Versions(_Shape):
    """All versions of a lesson."""

    versions: list[ListedVersion]


class Version(_Shape):
    """One version with its content."""

    version: int
    saved_at: str
    content: Content


class Model(_Shape):
    """The language model that is set up."""

    base_url: str
    name: str


class Models(_Shape):
    """The models that its server offers."""

    models: list[str]


class NewDraft(_Shape):
    """A draft that is not kept yet."""

    content: DraftContent
