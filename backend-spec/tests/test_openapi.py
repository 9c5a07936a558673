"""The OpenAPI document against the running backend: requests are made up from it, and each answer is held to it."""

import os
from types import SimpleNamespace
from typing import Any, cast

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi import checks

from pocketmusec import app
from pocketmusec.backend import Backend
from tests.backend_process import TOKEN, BackendProcess
from tests.test_contract import is_problem

# EXAMPLES=1000 tries that many a route, others at each run; without it there are few, and always the same
EXAMPLES = os.environ.get("EXAMPLES")

DOCUMENT: dict[str, Any] = app.api(cast("Backend", SimpleNamespace(settings=SimpleNamespace(token=TOKEN)))).openapi()
# all but the one that ends the backend: whoever adds a route has it tried here
schema = schemathesis.openapi.from_dict(DOCUMENT).exclude(path="/api/shutdown")


@schema.parametrize()
@hypothesis.settings(
    max_examples=int(EXAMPLES or 12),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_answers_are_as_declared(case: schemathesis.Case[Any], shared: BackendProcess) -> None:
    """No 5xx; status, content type and body are as the document says, be it the answer or a problem."""
    case.call_and_validate(
        base_url=f"http://127.0.0.1:{shared.port}",
        headers={"authorization": f"Bearer {TOKEN}"},
        # what fits the schema may still be refused: a schema cannot say which images the library has
        excluded_checks=[checks.positive_data_acceptance, checks.allow_header_conformance],
    )


OPERATIONS = [(method, path) for path, item in DOCUMENT["paths"].items() for method in item]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_declares_its_answers(method: str, path: str) -> None:
    """The answer's shape, and problem documents for all else; FastAPI's own form of a 422 is none of ours."""
    responses = DOCUMENT["paths"][path][method]["responses"]
    assert "application/problem+json" in responses.pop("default")["content"]
    assert responses
    for status, answer in responses.items():
        json = answer.get("content", {}).get("application/json")
        assert status == "204" or json is None or "$ref" in json["schema"]


@pytest.mark.parametrize(("method", "path"), [operation for operation in OPERATIONS if operation[1] != "/health"])
def test_every_operation_needs_the_token(shared: BackendProcess, method: str, path: str) -> None:
    """Whoever adds a route cannot forget it."""
    with shared.client(authorization="Bearer wrong") as client:
        assert is_problem(client.request(method, path), 401, "token")
