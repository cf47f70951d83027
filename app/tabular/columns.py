"""Which column is which: headers as people write them, mapped to field names."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from app.tabular.problems import RowProblem
from app.tabular.table import TableRow
from app.tabular.text import one_line, shortened

Synonyms = Mapping[str, tuple[str, ...]]
"""Field name -> headers it may stand under, in the form of `normalised`; the field's own name always counts."""

PLACE_SYNONYMS: Synonyms = {
    "lat": ("latitude", "y", "breitengrad", "geo_lat", "gps_lat", "home_lat", "home_latitude"),
    "lon": (
        "lng",
        "long",
        "longitude",
        "x",
        "laengengrad",
        "geo_lon",
        "gps_lon",
        "home_lon",
        "home_lng",
        "home_longitude",
    ),
    "address": ("full_address", "adresse", "anschrift", "direccion", "morada", "home_address", "home"),
    "street": ("street_address", "address_line_1", "address1", "strasse", "rua", "calle", "home_street"),
    "house_number": ("housenumber", "house_no", "number", "hausnummer", "street_number"),
    "postcode": ("postal_code", "zip", "zip_code", "zipcode", "plz", "codigo_postal", "home_postcode"),
    "city": ("town", "municipality", "ort", "stadt", "ciudad", "cidade", "home_city"),
    "country": ("country_code", "land", "pais"),
}
ACCOUNT_SYNONYMS: Synonyms = {
    **PLACE_SYNONYMS,
    "id": ("code", "account_id", "account", "account_code", "account_no", "account_number", "customer_id",
           "customer_no", "customer_number", "key", "kundennummer", "external_id"),
    "name": ("account_name", "customer", "customer_name", "company", "company_name", "kunde", "firma", "nome"),
    "category": ("kind", "type", "segment", "industry", "branch", "branche", "kategorie", "account_type"),
    "potential": ("revenue", "potential_value", "turnover", "sales", "sales_potential", "umsatz", "potenzial", "value"),
    "visits_per_period": ("frequency", "visits", "call_frequency", "visit_frequency", "calls_per_period"),
    "service_minutes": ("service_min", "service_time", "visit_minutes", "visit_duration", "duration_minutes",
                        "duration", "minutes", "service_duration"),
    "skills": ("skill", "required_skills", "requirements"),
    "opening_hours": ("hours", "openinghours", "business_hours", "oeffnungszeiten"),
    "locked_rep": ("rep", "rep_id", "locked", "fixed_rep", "assigned_rep", "sales_rep", "owner"),
    "last_visit": ("last_visited", "last_visit_date", "last_call", "letzter_besuch"),
    "notes": ("note", "comment", "comments", "remarks", "bemerkung"),
}  # fmt: skip
REP_SYNONYMS: Synonyms = {
    **PLACE_SYNONYMS,
    "id": ("code", "rep_id", "rep", "rep_code", "employee_id", "employee_no", "personnel_number", "key", "external_id"),
    "name": ("rep_name", "full_name", "employee", "employee_name", "sales_rep"),
    "shift_begin": ("shift_start", "work_begin", "work_start", "start", "begin", "from", "start_time", "day_start"),
    "shift_end": ("work_end", "end", "to", "until", "end_time", "day_end"),
    "break_begin": ("break_earliest", "break_start", "lunch_begin", "lunch_start", "break_from", "break_window_begin"),
    "break_end": ("break_latest", "lunch_end", "break_to", "break_until", "break_window_end"),
    "break_window": ("lunch_window", "break_between", "lunch"),
    "break_minutes": ("break_min", "break_duration", "lunch_minutes", "break_length"),
    "max_drive_hours": ("max_drive_h", "max_driving_hours", "max_drive", "max_driving", "driving_hours"),
    "skills": ("skill", "qualifications"),
    "time_zone": ("timezone", "tz"),
    "email": ("e_mail", "mail"),
}

_NO_WORD = re.compile(r"[^a-z0-9]+")
_FOLDS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "ł": "l"})


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where each field stands."""

    index_of: Mapping[str, int]
    header_of: Mapping[str, str]
    """Field -> header as written in the file."""
    warnings: tuple[RowProblem, ...]


def normalised(header: str) -> str:
    """`header` in lower case letters, digits and single underscores; a bracket at the end (a unit) is dropped.

    "Service Minutes" -> "service_minutes", "Latitude (WGS84)" -> "latitude", "Straße" -> "strasse".
    """
    text = re.sub(r"[(\[].*$", "", one_line(header).casefold()) or one_line(header).casefold()
    text = unicodedata.normalize("NFKD", text.translate(_FOLDS)).encode("ascii", "ignore").decode()
    return _NO_WORD.sub("_", text).strip("_")


def field_of_header(synonyms: Synonyms) -> dict[str, str]:
    """Normalised header -> field."""
    found = {other: field for field, others in synonyms.items() for other in others}
    return found | {field: field for field in synonyms}


def map_columns(header: TableRow, synonyms: Synonyms) -> ColumnMap:
    """Fields found in `header`. A field's own name wins over a synonym, then the first column; others are warned of."""
    fields = field_of_header(synonyms)
    titles = [one_line(str(cell)) if cell is not None else "" for cell in header.cells]
    order = sorted(range(len(titles)), key=lambda i: (normalised(titles[i]) not in synonyms, i))
    index_of: dict[str, int] = {}
    warnings: list[RowProblem] = []
    for index in order:
        field = fields.get(normalised(titles[index]))
        title = shortened(titles[index])
        if field is not None and field not in index_of:
            index_of[field] = index
        elif field is not None:
            message = f"column {title!r} is not read: {titles[index_of[field]]!r} already gives {field}"
            warnings.append(RowProblem(header.number, title, "duplicate_column", message))
        elif title:
            message = f"column {title!r} is not known and not read"
            warnings.append(RowProblem(header.number, title, "unknown_column", message))
    header_of = {field: shortened(titles[index]) for field, index in index_of.items()}
    return ColumnMap(index_of, header_of, tuple(warnings))
