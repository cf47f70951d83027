"""A job worker: `python -m app.commands.work`. Ends on SIGTERM; the present job goes back to the queue."""

import logging
import os

from app.compose import compose
from app.jobs.worker import serve
from app.settings import Settings


def main() -> None:
    """Work until told to stop."""
    settings = Settings.from_environment(os.environ)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    serve(compose(settings).worker())


if __name__ == "__main__":
    main()
