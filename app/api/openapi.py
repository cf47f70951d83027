"""The OpenAPI 3.1 document, made from the operations that the blueprints declare."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from app.api.endpoint import Operation
from app.errors import Problem

_PATH_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_REFERENCE = "#/components/schemas/{name}"


def openapi_document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """Describe every operation; request and answer schemas come from their msgspec types."""
    types = [t for operation in operations for t in (operation.body, operation.answer) if t is not None]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REFERENCE)
    schema_of = dict(zip(map(repr, types), schemas, strict=False))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = _PATH_PARAMETER.sub(r"{\2}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, schema_of)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Beatplan",
            "version": version,
            "description": "Territories, visit plans and today's route. Errors are RFC 9457 problems; durations are "
            "seconds, distances metres, positions longitude and latitude in degrees, instants UTC.",
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "an API key, bp_…"}},
        },
    }


def _operation(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(kind)}
        for kind, name in _PATH_PARAMETER.findall(operation.path)
    ]
    parameters += _query_parameters(operation.query)
    if operation.creates:
        text = "Any text made by the client; a retry with the same key and body answers as the first call did."
        schema = {"type": "string", "maxLength": 200}
        parameters.append({"name": "Idempotency-Key", "in": "header", "description": text, "schema": schema})
    described: dict[str, Any] = {
        "operationId": f"{operation.method.lower()}_{re.sub(r'[^a-z0-9]+', '_', operation.path.lower()).strip('_')}",
        "summary": operation.summary,
        "description": operation.description,
        "tags": [operation.tag],
        "parameters": parameters,
        "responses": _responses(operation, schema_of),
    }
    if operation.body is not None:
        content = {"application/json": {"schema": schema_of[repr(operation.body)]}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.action is not None:
        described["security"] = [{"key": []}]
    return described


def _responses(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": operation.summary}
    if operation.answer is not None:
        answer["content"] = {"application/json": {"schema": schema_of[repr(operation.answer)]}}
    problem = {"$ref": _REFERENCE.format(name="Problem")}
    failed = {"description": "A problem", "content": {"application/problem+json": {"schema": problem}}}
    return {str(operation.status): answer, "default": failed}


def _query_parameters(query_type: Any) -> list[dict[str, Any]]:
    if query_type is None:
        return []
    _, components = msgspec.json.schema_components([query_type], ref_template=_REFERENCE)
    schema = components[query_type.__name__]
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": value}
        for name, value in schema["properties"].items()
    ]


def _path_schema(kind: str) -> dict[str, str]:
    return {"type": "integer"} if kind == "int" else {"type": "string"}
