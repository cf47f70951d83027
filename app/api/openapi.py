"""The OpenAPI 3.1 document, made from the operations that the blueprints declare."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from app.api.endpoint import Operation
from app.api.idempotency import LONGEST_KEY
from app.errors import Problem

_PATH_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_REFERENCE = "#/components/schemas/{name}"


def openapi_document(operations: Sequence[Operation], version: str) -> dict[str, Any]:
    """Describe every operation; request and answer schemas come from their msgspec types."""
    given = [t for operation in operations for t in (operation.body, operation.answer, operation.error)]
    types = [t for t in given if t is not None]
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
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "an API key, bp_…"},
                "header": {"type": "apiKey", "in": "header", "name": "X-Api-Key", "description": "the same key"},
            },
        },
    }


def _operation(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(kind, name)}
        for kind, name in _PATH_PARAMETER.findall(operation.path)
    ]
    parameters += _query_parameters(operation.query)
    if operation.creates:
        text = "Any text made by the client; a retry with the same key and body answers as the first call did."
        schema = {"type": "string", "maxLength": LONGEST_KEY}
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
        described["requestBody"] = {"required": True, "content": _request_content(operation, schema_of)}
    if operation.action is not None:
        described["security"] = [{"key": []}, {"header": []}]
    return described


def _request_content(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema_of[repr(operation.body)]}}
    if operation.form is not None:
        schema = _inline_schema(operation.form)
        file = {"type": "string", "contentMediaType": "application/octet-stream", "description": "the file itself"}
        form = {**schema, "properties": {"file": file, **schema["properties"]}, "required": ["file"]}
        content["multipart/form-data"] = {"schema": form}
    return content


def _responses(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": operation.summary}
    if operation.answer is not None:
        answer["content"] = {operation.media_type: {"schema": schema_of[repr(operation.answer)]}}
    elif operation.status != 204:
        answer["content"] = {operation.media_type: {}}
    if operation.location:
        text = f"{operation.location}: where it can be looked at"
        answer["headers"] = {"Location": {"description": text, "schema": {"type": "string"}}}
    responses: dict[str, Any] = {str(operation.status): answer}
    for status, meaning in operation.also.items():
        content = {} if status == 304 else {"content": answer["content"]}
        responses[str(status)] = {"description": meaning, **content}
    if operation.action is not None:
        responses["401"] = _problem("No key, or one that is unknown or revoked")
        responses["403"] = _problem("The key's role may not do this")
    if operation.error is not None:
        content = {operation.media_type: {"schema": schema_of[repr(operation.error)]}}
        return {**responses, "default": {"description": "An error", "content": content}}
    return {**responses, "default": _problem("A problem")}


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(name="Problem")}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def _query_parameters(query_type: Any) -> list[dict[str, Any]]:
    if query_type is None:
        return []
    schema = _inline_schema(query_type)
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": value}
        for name, value in schema["properties"].items()
    ]


def _inline_schema(struct_type: Any) -> dict[str, Any]:
    """The schema of a flat struct in place, not as a component."""
    _, components = msgspec.json.schema_components([struct_type], ref_template=_REFERENCE)
    schema: dict[str, Any] = components[struct_type.__name__]
    return schema


def _path_schema(kind: str, name: str) -> dict[str, str]:
    if kind == "int":
        return {"type": "integer"}
    formats = {"uuid": "uuid"} if kind == "uuid" else {"day": "date"}
    found = formats.get(kind or name)
    return {"type": "string"} if found is None else {"type": "string", "format": found}
