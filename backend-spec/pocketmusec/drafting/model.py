"""Which language model a teacher has set up, and whether its key may be sent there."""

import ipaddress
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, ConfigDict, Field

from pocketmusec.problems import ProblemError
from pocketmusec.store import Database, choices

CHOICE = "model"
NOT_SET_UP = ProblemError(409, "no-model", "No language model is set up. Set one up in the settings, or draft from the template.")


class Model(BaseModel):
    """An OpenAI-compatible address, such as http://localhost:11434/v1, and a model's name there; both empty: none."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    base_url: Annotated[str, Field(max_length=500)] = ""
    name: Annotated[str, Field(max_length=200)] = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a key belongs to."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


def load(db: Database) -> Model:
    """What is set up; empty where nothing is."""
    with db.reading() as reader:
        kept: dict[str, Any] | None = choices.choice(reader, CHOICE)
    return Model(**kept) if kept else Model()


def save(db: Database, given: Model) -> Model:
    """Keep it, its address in one form. ProblemError 422 says what is wrong with the address."""
    model = Model(base_url=_address(given.base_url.strip()), name=given.name.strip())
    with db.writing() as writer:
        choices.choose(writer, CHOICE, model.model_dump())
    return model


def ready(db: Database) -> Model:
    """What is set up; ProblemError 409 where it is not enough to ask."""
    model = load(db)
    if not model.base_url or not model.name:
        raise NOT_SET_UP
    return model


def key_for(model: Model, header: str) -> str:
    """The key out of `X-Model-Key: ORIGIN KEY`, or "": a key that was given for another origin is not sent to this one."""
    origin, _, key = header.strip().partition(" ")
    return key.strip() if origin == model.origin else ""


def _address(given: str) -> str:
    if not given:
        return ""
    try:
        parts = urlsplit(given)
        _ = parts.port
    except ValueError as error:
        raise _bad("The address of the model is not complete.") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() or not c.isprintable() for c in given):
        raise _bad("The address of the model has to begin with http:// or https://, as in http://localhost:11434/v1.")
    if parts.username is not None or parts.password is not None:
        raise _bad("The address of the model must not have a name or password in it. Put the key into its own field.")
    if parts.query or parts.fragment:
        raise _bad("The address of the model must end before any ? or #.")
    if parts.scheme == "http" and not _is_near(parts):
        raise _bad("An address that begins with http:// may only be on this computer or in your own network. Use https://.")
    return given.rstrip("/").removesuffix("/chat/completions")


def _is_near(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if host == "localhost" or host.endswith((".local", ".lan", ".home.arpa", ".internal")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def _bad(detail: str) -> ProblemError:
    return ProblemError(422, "model-address", detail)
