"""Fetch the map of a named place."""

from pathlib import Path

from app.commands.progress_bars import step
from routing.network.place_download import download_place


def download(place: str, folder: Path) -> Path:
    """The map file of `place`, downloaded unless it is there. Raises MapDownloadFailed."""
    with step(f"Map of {place}"):
        return download_place(place, folder)
