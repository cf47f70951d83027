"""Who may do what."""

from app.access.keys import NewKey, create_key, verify_key
from app.access.principal import PERMISSIONS, Action, Principal, Reach, may

__all__ = ["PERMISSIONS", "Action", "NewKey", "Principal", "Reach", "create_key", "may", "verify_key"]
