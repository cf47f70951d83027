"""One repository for each aggregate."""

from app.storage.repositories.accounts import AccountRepository
from app.storage.repositories.alignments import AlignmentRepository
from app.storage.repositories.days import DayRepository
from app.storage.repositories.idempotency import IdempotencyRepository
from app.storage.repositories.jobs import JobRepository
from app.storage.repositories.keys import KeyRepository, find_key
from app.storage.repositories.organisations import OrganisationRepository
from app.storage.repositories.outcomes import OutcomeRepository
from app.storage.repositories.quotas import QuotaRepository
from app.storage.repositories.reps import RepRepository
from app.storage.repositories.speed_tables import SpeedTableRepository
from app.storage.repositories.speeds import SpeedRepository

__all__ = [
    "AccountRepository",
    "AlignmentRepository",
    "DayRepository",
    "IdempotencyRepository",
    "JobRepository",
    "KeyRepository",
    "OrganisationRepository",
    "OutcomeRepository",
    "QuotaRepository",
    "RepRepository",
    "SpeedRepository",
    "SpeedTableRepository",
    "find_key",
]
