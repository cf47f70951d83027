"""Who asks, and what each role may do: one table."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from app.storage.records import RoleName


class Action(StrEnum):
    """What can be done with the service; every endpoint names one."""

    READ_NETWORK = auto()
    WRITE_SPEEDS = auto()
    READ_DAYS = auto()
    WRITE_OUTCOMES = auto()
    PLAN_DAYS = auto()
    READ_REPS = auto()
    WRITE_REPS = auto()
    READ_ACCOUNTS = auto()
    WRITE_ACCOUNTS = auto()
    READ_TERRITORIES = auto()
    WRITE_TERRITORIES = auto()
    READ_QUOTAS = auto()
    WRITE_QUOTAS = auto()
    COMPUTE_MATRICES = auto()
    COMPUTE_ROUTES = auto()
    READ_JOBS = auto()
    CANCEL_JOBS = auto()
    MANAGE_KEYS = auto()
    ADMINISTER = auto()


class Reach(Enum):
    """Whose rows an action may touch."""

    OWN = "own"
    """Only those of the principal's rep."""
    ALL = "all"
    """All of the organisation."""


_ADMIN_ONLY = (Action.MANAGE_KEYS, Action.ADMINISTER)
_DISPATCHER = (
    Action.READ_NETWORK,
    Action.READ_DAYS,
    Action.WRITE_OUTCOMES,
    Action.PLAN_DAYS,
    Action.COMPUTE_MATRICES,
    Action.COMPUTE_ROUTES,
    # Planning a day names reps and accounts, is a job, and follows the territories: all to be read, none to be changed.
    Action.READ_REPS,
    Action.READ_ACCOUNTS,
    Action.READ_TERRITORIES,
    Action.READ_JOBS,
    Action.CANCEL_JOBS,
)

PERMISSIONS: dict[RoleName, dict[Action, Reach]] = {
    "rep": {Action.READ_NETWORK: Reach.ALL, Action.READ_DAYS: Reach.OWN, Action.WRITE_OUTCOMES: Reach.OWN},
    "dispatcher": dict.fromkeys(_DISPATCHER, Reach.ALL),
    "manager": {action: Reach.ALL for action in Action if action not in _ADMIN_ONLY},
    "admin": dict.fromkeys(Action, Reach.ALL),
}
"""What is not here is forbidden."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever a valid key belongs to. `rep_id` is set for the role rep, and for no other."""

    organisation_id: int
    role: RoleName
    rep_id: int | None
    key_id: int

    def __post_init__(self) -> None:
        if (self.role == "rep") != (self.rep_id is not None):
            raise ValueError(f"a principal of role {self.role} with rep_id {self.rep_id}")


def may(principal: Principal, action: Action, rep_id: int | None = None) -> bool:
    """Whether `principal` may do `action` with what belongs to `rep_id` (None: to no single rep, so to everybody)."""
    reach = PERMISSIONS[principal.role].get(action)
    if reach is Reach.OWN:
        return rep_id is not None and rep_id == principal.rep_id
    return reach is Reach.ALL
