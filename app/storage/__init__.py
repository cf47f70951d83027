"""Tables, repositories and units of work."""

from app.storage.database import Database
from app.storage.migrate import migrate, pending
from app.storage.unit_of_work import Clock, Storage, UnitOfWork

__all__ = ["Clock", "Database", "Storage", "UnitOfWork", "migrate", "pending"]
