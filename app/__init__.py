"""The service: HTTP, storage, jobs, pages. The only place that knows Flask, SQL, the clock or the environment."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.compose import Beatplan


def create_app(beatplan: "Beatplan") -> "Flask":
    """The Flask application over composed objects."""
    from app.api.flask_app import make_flask

    return make_flask(beatplan)
