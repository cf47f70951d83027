"""RFC 9457 problem documents on the wire."""

import msgspec
from flask import Response

from app.errors import Problem


def problem_response(problem: Problem) -> Response:
    """The problem as `application/problem+json`."""
    return Response(msgspec.json.encode(problem), status=problem.status, content_type="application/problem+json")
