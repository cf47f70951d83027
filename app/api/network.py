"""The map: tiles and style of the base map, open to everybody since OpenStreetMap's data is."""

import hashlib

from flask import Response, request

from app.api.endpoint import Api, Call, json_response
from app.base_map.mercator import Tile
from app.base_map.style import map_style
from app.base_map.tiles import TILES_VERSION
from app.compose import Beatplan
from app.services.company_map import CompanyMap
from app.services.errors import NotFound, NotReady

api = Api("map")
ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
SYNTHETIC_ATTRIBUTION = "Synthetic region, not a real place"
_DAY_S = 86_400


@api.operation("GET", "/map/style.json", summary="MapLibre style of the base map")
def get_style(call: Call[None, None]) -> Response:
    """Drawn from our own road network; needs no tile service."""
    found = served_map(call.app)
    address = f"{request.url_root}map/tiles/{found.id}/{{z}}/{{x}}/{{y}}.mvt?v={TILES_VERSION}"
    tiles = found.tiles
    style = map_style(address, tiles.frame, attribution(found), in_the_sea=tiles.ground.outside == "sea")
    response = json_response(style)
    response.headers["Cache-Control"] = "no-cache"
    return response


@api.operation(
    "GET",
    "/map/tiles/<network_id>/<int:z>/<int:x>/<int:y>.mvt",
    summary="A vector tile",
    media_type="application/vnd.mapbox-vector-tile",
)
def get_tile(call: Call[None, None], network_id: str, z: int, x: int, y: int) -> Response:
    """The address names the network, so a tile never changes and may be kept for long."""
    tile = Tile(z, x, y)
    found = served_map(call.app)
    if network_id != found.id or not tile.exists():
        raise NotFound("there is no such tile")
    content = found.tiles.tile(tile)
    response = Response(content, content_type="application/vnd.mapbox-vector-tile")
    response.headers["Cache-Control"] = f"public, max-age={7 * _DAY_S}, immutable"
    response.set_etag(hashlib.sha256(content).hexdigest()[:24])
    response.make_conditional(request)
    return response


def served_map(app: Beatplan) -> CompanyMap:
    """The map of the organisation that this server's pages are for. Raises NotReady."""
    organisation = app.storage.organisation(app.settings.organisation)
    if organisation is None:
        raise NotReady(f"the organisation {app.settings.organisation!r} has not been set up; scripts/run does")
    return app.maps.of(organisation)


def attribution(company_map: CompanyMap) -> str:
    """Whose data the map is."""
    return SYNTHETIC_ATTRIBUTION if company_map.name.startswith("synthetic") else ATTRIBUTION
