"""The main job: an OSM file and an account list in, balanced territories and today's route on a phone out."""

import argparse
import hashlib
import logging
import os
import re
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import sqlalchemy.exc
from rich.console import Console

from app.commands.day_table import print_day
from app.commands.download import download
from app.commands.local_keys import keys_file, local_keys
from app.commands.place_time import is_time_zone
from app.commands.prepare import Source, prepare
from app.commands.serving import Serving, take_port
from app.compose import Beatplan, compose
from app.services.company import Company
from app.services.errors import InvalidInput, ServiceError
from app.services.local_time import check_day
from app.settings import InvalidSetting, Settings, unknown_variables
from app.storage.errors import StorageError
from routing.engine.errors import EngineError
from routing.network.errors import NetworkError

SLUG_LETTERS = 40
"""Of the names of files, in the name of a company."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run with command line `arguments`; the exit code. What is wrong with the input is said in one line, exit 2."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    try:
        return _run(given)
    except (ServiceError, NetworkError, EngineError, StorageError, InvalidSetting) as error:
        print(f"beatplan: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except sqlalchemy.exc.OperationalError as error:
        first_line = str(error.orig).strip().splitlines()[0]
        print(f"beatplan: the database does not answer: {first_line}", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"beatplan: {where}{error.strerror or error}", file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        print("\nbeatplan: stopped; what is done so far is kept", file=sys.stderr)  # noqa: T201
        return 130


def _run(given: argparse.Namespace) -> int:
    settings = _settings(given)
    for name in unknown_variables(os.environ):
        print(f"beatplan: the variable {name} is no setting", file=sys.stderr)  # noqa: T201
    taken = None if given.once else take_port(settings)
    osm = download(given.place, settings) if given.place else given.osm
    app = compose(settings)
    source = Source(
        osm,
        given.accounts,
        given.rep_file,
        given.reps,
        given.date,
        given.seed,
        take_good_rows=given.take_good_rows,
        name=given.place,
        time_zone=given.time_zone or os.environ.get("BEATPLAN_TIME_ZONE", "").strip() or None,
    )
    ready = prepare(app, source)
    if taken is None:
        print_day(Console(width=None if sys.stdout.isatty() else 120), app.storage, ready.company, ready.day)
        return 0
    return _serve(app, ready.company, taken)


def _serve(app: Beatplan, company: Company, taken: socket.socket) -> int:
    keys = local_keys(app, company)
    app.storage.database.close()
    serving = Serving(app.settings, taken)
    at = serving.address
    if serving.wait_until_ready():
        print(  # noqa: T201
            f"\nBeatplan serves {company.organisation.name}\n"
            f"  Today's route (phone)   {at}/rep#key={keys['rep']}\n"
            f"  Territories (managers)  {at}/manager#key={keys['manager']}\n"
            f"  API documentation       {at}/docs\n"
            f"  Keys, one for each rep  {keys_file(app, company)}\n"
            "  (a rep's own link is the first address with the rep's key from \"reps\" of that file)\n"
            "Ctrl-C ends it.",
            flush=True,
        )
    return serving.wait()


def _settings(given: argparse.Namespace) -> Settings:
    settings = Settings.from_environment(os.environ)
    changes = {name: value for name in ("host", "port") if (value := getattr(given, name)) is not None}
    if given.data_dir is not None:
        changes |= {"data_dir": given.data_dir, "database_url": os.environ.get("BEATPLAN_DATABASE_URL", "")}
    slug = given.organisation or (_slug(given) if "BEATPLAN_ORGANISATION" not in os.environ else None)
    if slug is not None:
        changes["organisation"] = slug
    return replace(settings, **changes)


def _slug(given: argparse.Namespace) -> str | None:
    """Another map or account file is another company, so that trying one out touches nothing of the other.

    Readable letters of the names, and six digits of where the files are: two may be called the same, or have none.
    """
    names = [given.place or (given.osm.name.split(".")[0] if given.osm else ""), given.accounts and given.accounts.stem]
    paths = [str(path.absolute()) if path else "" for path in (given.osm, given.accounts)]
    if not any((given.place, *paths)):
        return None
    text = "-".join(re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in names if name).strip("-")
    digest = hashlib.sha256("\n".join([given.place or "", *paths]).encode("utf-8", "surrogateescape")).hexdigest()
    return f"{text[:SLUG_LETTERS].strip('-') or 'map'}-{digest[:6]}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/run", description=__doc__)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--osm", type=Path, metavar="FILE", help="a map: .osm.pbf, .osm, .osm.gz or .osm.bz2")
    where.add_argument("--place", metavar="NAME", help='download a map, such as "Porto, Portugal"')
    parser.add_argument("--accounts", type=Path, metavar="FILE", help="your accounts: .csv or .xlsx")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--rep-file", type=Path, metavar="FILE", help="your reps: .csv or .xlsx")
    who.add_argument("--reps", type=_count, metavar="N", help="so many synthetic reps instead")
    parser.add_argument("--take-good-rows", action="store_true", help="import the good rows of a file with bad ones")
    parser.add_argument("--date", type=_day, metavar="DAY", help="the day to plan (the next working day)")
    parser.add_argument("--time-zone", type=_zone, metavar="NAME", help="such as Europe/Lisbon (where the map lies)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same result (1)")
    parser.add_argument("--once", action="store_true", help="print the result as tables and end")
    parser.add_argument("--organisation", metavar="NAME", help="whose data it is (from the names of the files)")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="database, networks, keys (.beatplan)")
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8000)")
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of reps; at least 1")
    return int(text)


def _zone(text: str) -> str:
    if not is_time_zone(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no time zone like Europe/Lisbon")
    return text


def _day(text: str) -> date:
    try:
        return check_day(date.fromisoformat(text), "date")
    except (ValueError, InvalidInput):
        raise argparse.ArgumentTypeError(f"{text!r} is no date like 2026-11-23") from None


if __name__ == "__main__":
    sys.exit(main())
