"""Keys for the person at this machine, kept beside the database in a file that only they can read."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.access import create_key, verify_key
from app.compose import Beatplan
from app.services.company import Company
from app.storage.records import Rep, RoleName

LABEL = "scripts/run"


def keys_file(app: Beatplan, company: Company) -> Path:
    """Where the keys of `company` are kept."""
    return app.settings.data_dir / "keys" / f"{company.organisation.slug}.json"


def local_keys(app: Beatplan, company: Company) -> dict[str, str]:
    """A key of each role, made once; "rep" is the first active rep's.

    The file holds them too, and under "reps" one of every active rep by name; those of reps out of use are ended.
    """
    path = keys_file(app, company)
    kept = _kept(path)
    with app.storage.reading(company.id) as work:
        reps = work.reps.all()
    roles = {name: _right(app, company, name, [kept.get(name)]) for name in ("admin", "manager")}
    of_rep = _right(app, company, "rep", [kept.get("rep"), *kept.get("reps", {}).values()])
    made: dict[str, Any] = {}
    with app.storage.writing(company.id) as work:
        for name in ("admin", "manager"):
            made[name] = roles[name].get(None) or create_key(work, name, label=LABEL).text
        texts = {rep.id: of_rep.get(rep.id) or create_key(work, "rep", rep.id, label=LABEL).text for rep in reps}
        gone = of_rep.keys() - texts.keys()
        for key in work.keys.all():
            if key.rep_id in gone and key.label == LABEL and key.revoked_at is None:
                work.keys.revoke(key.id)
        work.commit()
    made["rep"] = texts[reps[0].id]
    made["reps"] = {name: texts[rep.id] for rep, name in zip(reps, _names(reps), strict=True)}
    if made != kept:
        _write_private(path, json.dumps(made, indent=2, ensure_ascii=False))
    return {name: made[name] for name in ("admin", "manager", "rep")}


def _kept(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _right(app: Beatplan, company: Company, role: RoleName, texts: Iterable[str | None]) -> dict[int | None, str]:
    """Those of `texts` that are still keys of the company in that role, by whose they are."""
    found: dict[int | None, str] = {}
    for text in filter(None, texts):
        who = verify_key(app.storage, text)
        if who is not None and who.role == role and who.organisation_id == company.id:
            found.setdefault(who.rep_id, text)
    return found


def _names(reps: list[Rep]) -> list[str]:
    """Names of reps, with the code where two are called the same."""
    names = [rep.name for rep in reps]
    return [rep.name if names.count(rep.name) == 1 else f"{rep.name} ({rep.code})" for rep in reps]


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
