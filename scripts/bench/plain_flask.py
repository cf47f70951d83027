"""The service's obvious peer: the same day from the same SQLite table in a dozen lines of plain Flask, without keys.

`application` for gunicorn; the database file is named by the variable BENCH_DATABASE. `/hello` is the least that Flask
can do, a ceiling for both.
"""

import json
import os
import sqlite3

from flask import Flask, Response, abort, g, jsonify, request

application = Flask(__name__)


def database() -> sqlite3.Connection:
    """A connection a request, as Flask's tutorial has it."""
    if "database" not in g:
        g.database = sqlite3.connect(os.environ["BENCH_DATABASE"])
    connection: sqlite3.Connection = g.database
    return connection


@application.teardown_appcontext
def close(_: BaseException | None) -> None:
    if "database" in g:
        g.database.close()


@application.get("/v1/reps/<int:rep_id>/days/<day>")
def get_day(rep_id: int, day: str) -> Response:
    """Read, parsed and written again as JSON, as a plain view does; 304 by Flask's own means."""
    found = database().execute(
        "SELECT document, etag FROM day_plans WHERE rep_id = ? AND local_date = ?", (rep_id, day)
    )
    row = found.fetchone()
    if row is None:
        abort(404)
    answer = jsonify(json.loads(row[0]))
    answer.set_etag(row[1].strip('"'))
    answer.make_conditional(request)
    return answer


@application.get("/hello")
def hello() -> str:
    return "hello"
