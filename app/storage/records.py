"""What storage takes and gives: frozen rows, free of any database.

`…Facts` is what a caller writes; the record of the same name adds what storage knows (row number, times). Times of day
(`…_s`) are seconds since local midnight, moments (`…_at`) are aware datetimes in UTC, dates are the rep's local dates.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from routing.arrays import Float32Array, Float64Array, Int32Array, Int64Array

JsonObject = dict[str, Any]
Windows = tuple[tuple[tuple[int, int], ...], ...]
"""Monday to Sunday, each day's (begin_s, end_s) in which service may begin."""
AlignmentState = Literal["draft", "current", "retired"]
Outcome = Literal["done", "not_met", "skipped"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
RoleName = Literal["rep", "manager", "dispatcher", "admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A company that uses this installation; every other row belongs to one."""

    id: int
    slug: str
    name: str
    network_id: str | None
    time_zone: str
    settings: JsonObject
    speeds_version: int
    """Counts every write of live speeds."""
    speeds_due: int
    """The newest version whose writer was told that it is in effect: no answer may rest on an older one."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedChangeFacts:
    """What is said about the speed of some roads; one of `factor`, `speed_kmh` and `closed`.

    `roads` is what was named (arcs, ways or an area), on the map `network_id`; `arc_count` arcs of it are meant.
    """

    network_id: str
    roads: JsonObject
    factor: float | None
    speed_kmh: float | None
    closed: bool
    arc_count: int
    until: datetime | None
    label: str
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedChange(SpeedChangeFacts):
    """A stored one."""

    id: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTableFacts:
    """An uploaded CSV file of speeds by time of day; `content` is packed by gzip."""

    filename: str
    content: bytes
    row_count: int
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTable(SpeedTableFacts):
    """A stored one."""

    id: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RepFacts:
    """A rep as the company describes them. `workdays`: 0 is Monday."""

    code: str
    name: str
    home_lon: float
    home_lat: float
    home_address: str = ""
    home_snap_edge: int | None = None
    home_snap_fraction: float | None = None
    home_snap_distance_m: float | None = None
    shift_begin_s: int = 8 * 3600 + 1800
    shift_end_s: int = 16 * 3600 + 1800
    break_begin_s: int | None = None
    break_end_s: int | None = None
    break_s: int = 0
    max_drive_s: int | None = None
    skills: tuple[str, ...] = ()
    time_zone: str = "UTC"
    workdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep(RepFacts):
    """A stored rep."""

    id: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """An account as the company describes it.

    `windows` None: no opening hours known. `service_s` 0: its class decides.
    """

    code: str
    name: str
    lon: float
    lat: float
    category: str = ""
    kind: str = "customer"
    street: str = ""
    house_number: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    snap_edge: int | None = None
    snap_fraction: float | None = None
    snap_distance_m: float | None = None
    potential: float = 0.0
    service_s: int = 0
    visits_per_period: float | None = None
    required_skills: tuple[str, ...] = ()
    windows: Windows | None = None
    opening_hours: str = ""
    locked_rep_id: int | None = None
    attributes: JsonObject = field(default_factory=dict)
    notes: str = ""
    last_visit_on: date | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(AccountFacts):
    """A stored account with its score (None: not scored yet)."""

    id: int
    score: float | None
    account_class: str | None
    score_reasons: list[JsonObject] | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilter:
    """Which accounts to list; None leaves a column open. `rep_id` is the territory in the current alignment."""

    text: str | None = None
    category: str | None = None
    kind: str | None = None
    account_class: str | None = None
    rep_id: int | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class AccountPlaces:
    """Where some accounts stand on the road network: columns of one length, ordered by id; arrays are read-only."""

    id: Int64Array
    lon: Float64Array
    lat: Float64Array
    snap_edge: Int32Array
    snap_fraction: Float32Array
    snap_distance_m: Float32Array

    def __len__(self) -> int:
        return int(self.id.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountColumns:
    """All active, snapped accounts as columns of one length, ordered by id; arrays are read-only."""

    id: Int64Array
    lon: Float64Array
    lat: Float64Array
    snap_edge: Int32Array
    snap_fraction: Float32Array
    snap_distance_m: Float32Array
    potential: Float64Array
    service_s: Int64Array
    """0 where the account names none: its class decides."""
    visits_per_period: Float64Array
    """NaN where the account names none: its class decides."""
    score: Float64Array
    """NaN where not scored."""
    locked_rep_id: Int64Array
    """0 where not locked."""
    code: tuple[str, ...]
    name: tuple[str, ...]
    category: tuple[str, ...]
    account_class: tuple[str | None, ...]
    required_skills: tuple[tuple[str, ...], ...]
    windows: tuple[Windows | None, ...]
    last_visit_on: tuple[date | None, ...]

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountScore:
    """What scoring found for one account."""

    account_id: int
    score: float
    account_class: str
    reasons: list[JsonObject]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """One version of the alignment, without its units."""

    id: int
    version: int
    state: AlignmentState
    based_on_version: int | None
    measures: JsonObject
    note: str
    created_by: str
    job_id: UUID | None
    created_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class AlignmentUnits:
    """The units of one alignment, ordered by account: `rep_id[i]` serves `account_id[i]`; arrays are read-only."""

    account_id: Int64Array
    rep_id: Int64Array

    def __len__(self) -> int:
        return int(self.account_id.size)

    def rep_of_account(self) -> dict[int, int]:
        return dict(zip(self.account_id.tolist(), self.rep_id.tolist(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaFacts:
    """One rep's share of the goal and how it came about."""

    rep_id: int
    amount: float
    explanation: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSet:
    """A goal for a period, split over reps."""

    id: UUID
    period: str
    goal: float
    created_at: datetime
    quotas: tuple[QuotaFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStop:
    """One stop of a day. `window` is the text that the rep reads ("09:00–12:00")."""

    sequence: int
    account_id: int
    arrive_at: datetime
    begin_at: datetime
    leave_at: datetime
    window: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """A rep's day to be stored. `document` is what the phone gets, byte for byte."""

    rep_id: int
    local_date: date
    document: bytes
    drive_s: int
    distance_m: int
    stops: tuple[PlannedStop, ...]


@dataclass(frozen=True, slots=True)
class DayDocument:
    """What answering a phone takes."""

    version: int
    etag: str
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySummary:
    """A stored day without its document."""

    id: int
    rep_id: int
    local_date: date
    version: int
    etag: str
    stop_count: int
    drive_s: int
    distance_m: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplannedVisit:
    """A visit that found no place on a date, and why."""

    account_id: int
    reason: str
    detail: JsonObject
    rep_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitOutcome:
    """What became of a visit. `id` is made by the phone."""

    id: UUID
    rep_id: int
    account_id: int
    local_date: date
    outcome: Outcome
    note: str
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomesTaken:
    """What a batch of outcomes came to: ids new, ids that were there with the same content, and ids in conflict."""

    stored: tuple[UUID, ...]
    repeated: tuple[UUID, ...]
    conflicting: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of long work; its row is the one truth about it. `progress` runs from 0 to 1."""

    id: UUID
    organisation_id: int
    kind: str
    state: JobState
    input: JsonObject
    result: JsonObject | None
    problem: JsonObject | None
    progress: float
    message: str
    attempts: int
    leased_by: str | None
    lease_until: datetime | None
    cancel_requested: bool
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A stored key; the secret itself is not kept, only its hash."""

    id: int
    organisation_id: int
    prefix: str
    secret_hash: bytes
    role: RoleName
    rep_id: int | None
    label: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """The answer that an idempotency key got the first time."""

    status: int
    body: bytes
