"""Keys for the person at this machine, kept beside the database in a file that only they can read."""

import json
import os
from pathlib import Path

from app.access import create_key, verify_key
from app.compose import Beatplan
from app.services.company import Company


def local_keys(app: Beatplan, company: Company) -> dict[str, str]:
    """A manager's key and the first rep's, made once: {"manager": "bp_…", "rep": "bp_…"}."""
    path = app.settings.data_dir / "keys" / f"{company.organisation.slug}.json"
    try:
        kept: dict[str, str] = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        kept = {}
    if {"admin", "manager", "rep"} <= kept.keys() and all(verify_key(app.storage, text) for text in kept.values()):
        return kept
    with app.storage.writing(company.id) as work:
        first_rep = work.reps.all()[0]
        made = {
            "admin": create_key(work, "admin", label="scripts/run").text,
            "manager": create_key(work, "manager", label="scripts/run").text,
            "rep": create_key(work, "rep", first_rep.id, label="scripts/run").text,
        }
        work.commit()
    _write_private(path, json.dumps(made, indent=2))
    return made


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
