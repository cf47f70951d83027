"""Fetch the map of a named place."""

from pathlib import Path

from app.commands.progress_bars import step
from app.settings import Settings
from routing.network.place_download import download_place


def download(place: str, settings: Settings) -> Path:
    """The map file of `place`. Raises MapDownloadFailed."""
    with step(f"Map of {place}") as progress:
        return download_place(
            place,
            settings.data_dir / "maps",
            overpass_url=settings.overpass_url,
            nominatim_url=settings.nominatim_url,
            timeout_s=settings.download_seconds,
            progress=progress,
        )
