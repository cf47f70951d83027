import pytest

from app.tabular.columns import ACCOUNT_SYNONYMS, REP_SYNONYMS, map_columns, normalised
from app.tabular.table import TableRow


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Service Minutes", "service_minutes"),
        (" LATITUDE (WGS84) ", "latitude"),
        ("Straße", "strasse"),
        ("Código-Postal", "codigo_postal"),
        ("account#id", "account_id"),
        ("(id)", "id"),
        ("", ""),
    ],
)
def test_normalised(header, name):
    assert normalised(header) == name


@pytest.mark.parametrize("synonyms", [ACCOUNT_SYNONYMS, REP_SYNONYMS], ids=["accounts", "reps"])
def test_a_header_means_one_field_only(synonyms):
    claimed = {}
    for field, others in synonyms.items():
        for header in {field, *others}:
            assert header == normalised(header), "synonyms stand in their normalised form"
            assert claimed.setdefault(header, field) == field, header


def test_own_name_first_then_the_leftmost():
    columns = map_columns(TableRow(3, ("Lng", "Longitude", "lon", None, 5)), {"lon": ("lng", "longitude")})
    assert columns.index_of == {"lon": 2}
    assert [(w.row, w.column, w.code) for w in columns.warnings] == [
        (3, "Lng", "duplicate_column"),
        (3, "Longitude", "duplicate_column"),
        (3, "5", "unknown_column"),
    ]
