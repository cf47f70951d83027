"""A job worker: `python -m app.commands.work`. Ends on SIGTERM; the present job goes back to the queue."""

import logging
import os
import threading

from app.compose import Beatplan, compose
from app.jobs.worker import serve
from app.settings import Settings

_LOG = logging.getLogger("beatplan.work")


def main() -> None:
    """Work until told to stop; beside it, keep house."""
    settings = Settings.from_environment(os.environ)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    app = compose(settings)
    threading.Thread(target=keep_house_forever, args=(app, threading.Event()), name="housekeeping", daemon=True).start()
    app.follow_speeds()
    serve(app.worker())


def keep_house_forever(app: Beatplan, stop: threading.Event) -> None:
    """Throw away what is past its time now and every `housekeeping_s` until `stop` is set."""
    while True:
        try:
            _LOG.info("thrown away: %s", app.keep_house())
        except Exception:  # a database that is away now is tried again the next time
            _LOG.warning("housekeeping failed", exc_info=True)
        if stop.wait(app.settings.housekeeping_s):
            return


if __name__ == "__main__":
    main()
