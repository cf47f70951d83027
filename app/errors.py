"""Domain error -> HTTP: one table."""

import msgspec
from msgspec import UNSET, UnsetType
from werkzeug.exceptions import HTTPException

from app.geocoding.geocoder import GeocodingFailed
from app.services.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    LimitExceeded,
    MapBeingMade,
    NotFound,
    NotReady,
    OutsideNetwork,
    Unauthorised,
)
from app.storage.errors import IdempotencyInProgress, IdempotencyMismatch, UnknownReference, VersionConflict
from routing.engine.errors import MatrixTooLarge, NoRoute
from routing.network.errors import NetworkError, PointOutsideNetwork


class Problem(msgspec.Struct, frozen=True):
    """An RFC 9457 problem; `code` is for machines, `field` names what is to blame."""

    title: str
    status: int
    detail: str
    code: str
    type: str = "about:blank"
    field: str | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


_TABLE: tuple[tuple[type[Exception], int, str, str], ...] = (
    # error, status, code ("" = the error's own), title; the first match counts
    (Unauthorised, 401, "", "A key is needed"),
    (Forbidden, 403, "", "Not allowed for this key"),
    (NotFound, 404, "", "Not found"),
    (Conflict, 409, "", "Conflict"),
    (MapBeingMade, 503, "", "The map is being made again"),
    (NotReady, 409, "", "Not ready"),
    (LimitExceeded, 413, "", "Over a limit"),
    (OutsideNetwork, 422, "", "Too far from any road"),
    (InvalidInput, 400, "", "Invalid input"),
    (VersionConflict, 409, "version_conflict", "Conflict"),
    (UnknownReference, 422, "unknown_reference", "Unknown reference"),
    (IdempotencyMismatch, 422, "idempotency_mismatch", "Idempotency key used before"),
    (IdempotencyInProgress, 409, "idempotency_in_progress", "Still working on it"),
    (GeocodingFailed, 502, "geocoding_failed", "The geocoder failed"),
    (MatrixTooLarge, 413, "matrix_too_large", "Over a limit"),
    (NoRoute, 422, "no_route", "No route"),
    (PointOutsideNetwork, 422, "outside_network", "Too far from any road"),
    (NetworkError, 409, "network", "The road network cannot be used"),
)


def problem_of(error: Exception) -> Problem | None:
    """The problem that `error` means to a client; None where it is our own bug."""
    if isinstance(error, HTTPException):
        status = error.code or 500
        name = (error.name or "Error").lower().replace(" ", "_")
        return Problem(error.name or "Error", status, error.description or "", name)
    for kind, status, code, title in _TABLE:
        if isinstance(error, kind):
            own = code or str(getattr(error, "code", "error"))
            return Problem(title, status, str(error), own, field=getattr(error, "field", None) or UNSET)
    return None
