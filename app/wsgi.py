"""What gunicorn loads: `app.wsgi:application`."""

import logging
import os

from app import create_app
from app.compose import compose
from app.settings import Settings

settings = Settings.from_environment(os.environ)
logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
_beatplan = compose(settings)
_beatplan.mend_beside_requests()
_beatplan.follow_speeds()
application = create_app(_beatplan)
