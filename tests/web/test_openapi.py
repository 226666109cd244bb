"""The description of the chat API is sound, complete, and what the server speaks."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from jsonschema import Draft202012Validator, RefResolver

from rightfit.engine.outcomes import Outcome
from rightfit.privacy.export import export_of
from rightfit.records import Answer, Given, Intake, Message, Progress, ShownChoice
from rightfit.store.allowances import TooMany
from rightfit.web import chat, problems

FILE = Path(chat.__file__).with_name("openapi.json")
SPEC: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
METHODS = ("get", "put", "post", "delete", "patch")
OPERATIONS = [
    (path, method, operation)
    for path, methods in SPEC["paths"].items()
    for method, operation in methods.items()
]
AT = datetime(2027, 3, 1, 9, 12, tzinfo=timezone.utc)


def resolved(part: Any) -> Any:
    """The part itself, or what its reference names."""
    while isinstance(part, dict) and "$ref" in part:
        found: Any = SPEC
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    validator = Draft202012Validator(schema, resolver=RefResolver.from_schema(SPEC))
    return [error.message for error in validator.iter_errors(value)]


def nodes(part: Any, way: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the description with the way to it, examples aside."""
    if isinstance(part, dict):
        yield way, part
        for name, inner in part.items():
            if name not in ("example", "examples"):
                yield from nodes(inner, f"{way}/{name}")
    elif isinstance(part, list):
        for at, inner in enumerate(part):
            yield from nodes(inner, f"{way}/{at}")


def described(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def test_it_is_an_openapi_3_1_document() -> None:
    assert re.fullmatch(r"3\.1\.\d", SPEC["openapi"])
    assert SPEC["info"]["title"]
    assert SPEC["info"]["version"]
    assert set(SPEC) <= {"openapi", "info", "servers", "paths", "components", "tags"}


def test_every_reference_leads_somewhere() -> None:
    for way, node in nodes(SPEC):
        assert resolved(node), way


def test_every_schema_is_one() -> None:
    schemas = [*SPEC["components"]["schemas"].values()]
    schemas += [node["schema"] for _, node in nodes(SPEC) if isinstance(node.get("schema"), dict)]
    for schema in schemas:
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_is_whole(path: str, method: str, operation: dict[str, Any]) -> None:
    assert method in METHODS
    assert operation["summary"]
    assert set(operation["tags"]) <= {tag["name"] for tag in SPEC["tags"]}
    for security in operation["security"]:
        assert set(security) <= set(SPEC["components"]["securitySchemes"])
    for status, response in operation["responses"].items():
        assert re.fullmatch(r"[1-5]\d\d", status)
        assert resolved(response)["description"]
    assert ("401" in operation["responses"]) == bool(operation["security"])


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)


def test_every_part_is_used() -> None:
    used = {node["$ref"] for _, node in nodes(SPEC) if "$ref" in node}
    for kind in ("schemas", "responses"):
        for name in SPEC["components"][kind]:
            assert f"#/components/{kind}/{name}" in used


def test_it_describes_the_routes_that_there_are_and_no_others() -> None:
    served = {(route.path, route.method.lower()) for route in chat.routes}
    assert {(path, method) for path, method, _ in OPERATIONS} == served


def test_a_route_wants_a_token_where_it_says_so() -> None:
    for route in chat.routes:
        assert isinstance(route, web.RouteDef)
        source = inspect.getsource(route.handler)
        operation = SPEC["paths"][route.path][route.method.lower()]
        assert bool(operation["security"]) == ("_conversation(request)" in source)
        assert ("requestBody" in operation) == ("_body(request" in source)


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for way, node in nodes(SPEC):
        if "schema" in node and "example" in node:
            yield way, node["schema"], node["example"]
        for name, example in node.get("examples", {}).items():
            yield f"{way} {name}", node["schema"], example["value"]


@pytest.mark.parametrize(("way", "schema", "example"), examples())
def test_examples_are_what_the_schemas_say(way: str, schema: dict[str, Any], example: Any) -> None:
    assert not faults(schema, example)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_json_bodies_come_with_examples(path: str, method: str, operation: dict[str, Any]) -> None:
    if path == "/api/openapi.json":
        return
    for status, response in operation["responses"].items():
        for shape in resolved(response)["content"].values():
            assert "example" in shape, status


@pytest.mark.parametrize("shape", [chat.Open, chat.Send, chat.Resume])
def test_requests_have_the_fields_that_the_server_reads(shape: type[msgspec.Struct]) -> None:
    schema = SPEC["components"]["schemas"][shape.__name__]
    assert set(schema["properties"]) == set(shape.__struct_fields__)
    required = {f.name for f in msgspec.structs.fields(shape) if f.required}
    assert set(schema.get("required", ())) == required


@pytest.mark.parametrize(
    "body",
    [
        {"id": "6f1f0f3e-9b0e-4c5e-8f43-0d7a5c0a7f01"},
        {"id": "6f1f0f3e-9b0e-4c5e-8f43-0d7a5c0a7f01", "text": "a", "choice": "b"},
        {"id": "6f1f0f3e-9b0e-4c5e-8f43-0d7a5c0a7f01", "text": "  "},
        {"id": "6f1f0f3e-9b0e-4c5e-8f43-0d7a5c0a7f01", "text": "a" * 8001},
        {"text": "a"},
        {"id": 1, "text": "a"},
    ],
)
def test_what_the_server_refuses_is_not_described_as_a_message(body: dict[str, Any]) -> None:
    assert faults(described("Send"), body)


MESSAGES = (
    Message(1, "0b0c6a5e-4a39-4f0a-8f5a-2f6f6d4c1a10", "assistant", "Hello.", AT, "utter_welcome"),
    Message(
        2,
        "5d7a9d0c-11f0-4b7a-9d11-3a9a70f4e5b2",
        "assistant",
        "How would you like to meet?",
        AT,
        "utter_ask_format",
        question="format",
        choices=(ShownChoice("video", "By video"), ShownChoice("phone", "By telephone")),
        multiple=2,
    ),
)
INTAKE = Intake(
    "2a6f3b2e-6d0f-4f57-9f2c-0f6f2c1d5b77",
    "sent",
    None,
    AT.isoformat(),
    AT.isoformat(),
    (Answer("goals", Given("said", "To lead."), 3, AT.isoformat()),),
)


def test_what_the_server_answers_is_what_is_described() -> None:
    outcome = chat._outcome(Outcome(MESSAGES, 2, Progress(12, 18, "Practical matters")))
    assert not faults(described("Outcome"), outcome)
    for shown in outcome["messages"]:
        assert set(shown) <= set(SPEC["components"]["schemas"]["Message"]["properties"])


def test_an_export_is_what_is_described() -> None:
    versions = (*INTAKE.answers, Answer("goals", None, 5, AT.isoformat()))
    exported = export_of(INTAKE, versions, MESSAGES)
    assert not faults(described("Export"), json.loads(json.dumps(exported)))


@pytest.mark.parametrize(
    "error",
    [
        problems.NoSuchConversation(),
        problems.Erased(AT),
        problems.Ended(),
        problems.MovedOn(),
        problems.NotOnScreen(),
        TooMany(3),
        problems.StorageUnavailable(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_known_error_is_described(error: Exception) -> None:
    known = problems._known(error)
    assert known is not None
    body = known.response()
    told = json.loads(body.text or "")
    assert not faults(described("Problem"), told)
    matching = [
        response
        for name, response in SPEC["components"]["responses"].items()
        if not faults(response["content"]["application/problem+json"]["schema"], told)
    ]
    assert matching
    for header in ("Retry-After", "WWW-Authenticate"):
        assert (header in body.headers) == all(header in r.get("headers", {}) for r in matching)


def test_every_problem_that_a_route_raises_is_described() -> None:
    """Problems are raised by status and kind; both stand in the description of a response."""
    raised = re.findall(r"Problem\(\s*(\d{3}), \"([a-z-]+)\"", inspect.getsource(chat))
    assert len(raised) > 10
    told = {
        (str(parts["status"]["const"]), kind.removeprefix("urn:rightfit:problem:"))
        for response in SPEC["components"]["responses"].values()
        for parts in [
            response["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]
        ]
        for kind in parts["type"]["enum"]
    }
    assert set(raised) <= told
