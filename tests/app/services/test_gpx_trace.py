"""Tracks of GPX files as phones write them, and files that are none."""

from datetime import UTC, datetime

import pytest

from app.services.errors import InvalidInput, LimitExceeded
from app.services.gpx_trace import read_gpx

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">\n<trk><trkseg>\n'
TAIL = "\n</trkseg></trk></gpx>"


def gpx(*points):
    return (HEAD + "\n".join(points) + TAIL).encode()


def point(lat="45.0", lon="-30.0", inner="<time>2026-11-16T08:00:00Z</time>"):
    return f'<trkpt lat="{lat}" lon="{lon}"><ele>12</ele>{inner}</trkpt>'


def test_points_of_all_segments_come_in_order():
    data = gpx(
        point(), point(lon="-30.001", inner="<hdop>2.5</hdop>"), "</trkseg><trkseg>", point(lat="45.1", inner="")
    )
    found = read_gpx(data, 10)
    assert [(one.lon, one.lat, one.accuracy_m) for one in found] == [
        (-30.0, 45.0, None), (-30.001, 45.0, 12.5), (-30.0, 45.1, None)
    ]  # fmt: skip
    assert [one.time for one in found] == [datetime(2026, 11, 16, 8, tzinfo=UTC), None, None]
    assert [one.where for one in found] == ["line 4", "line 5", "line 7"]


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-16T08:00:00.123Z", 8),
        ("2026-11-16T08:00:00", 8),
        ("\n 2026-11-16T10:00:00+02:00 ", 8),
    ],
)
def test_times_are_instants(text, hour):
    (found,) = read_gpx(gpx(point(inner=f"<time>{text}</time>")), 10)
    assert (found.time.hour, found.time.tzinfo) == (hour, UTC)


def test_older_files_and_those_of_other_namespaces_are_read():
    plain = b'<gpx version="1.0"><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>'
    assert len(read_gpx(plain, 1)) == 1
    utf16 = gpx(point()).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert len(read_gpx(utf16, 1)) == 1
    extended = point(inner='<extensions><x:time xmlns:x="u">2026-11-16T08:00:00Z</x:time></extensions>')
    assert len(read_gpx(gpx(extended), 1)) == 1


BOMB = '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><gpx>&b;</gpx>'
BAD = [
    (gpx(point(), point(lat="91")), "line 5: lat is '91', but must be from -90 to 90"),
    (gpx(point(lon="east")), "line 4: lon is 'east', but must be from -180 to 180"),
    (gpx(point(lat="nan")), "line 4: lat is 'nan'"),
    (gpx('<trkpt lon="1"/>'), "line 4: lat is missing"),
    (gpx(point(inner="<time>noon</time>")), "line 4: time is 'noon', but must be as 2026-11-23T08:00:00Z"),
    (gpx(point(inner="<time>0001-01-01T00:00:00+23:00</time>")), "line 4: time is"),
    (gpx(point(inner="<hdop>-1</hdop>")), "line 4: hdop is '-1', but must be from 0 to 1000"),
    (gpx(point())[:-12], "line 5: the file is no XML"),
    (b"lon,lat\n1,2", "line 1: the file is no XML"),
    (b"", "line 1: the file is no XML"),
    (b"PK\x03\x04" + bytes(100), "line 1: the file is no XML"),
    (b'<?xml version="1.0" encoding="klingon"?><gpx/>', "line 1: the file is no XML"),
    (gpx(), "no track points"),
    (BOMB.encode(), "line 1: a document type is not allowed"),
]


@pytest.mark.parametrize(("data", "message"), BAD)
def test_a_bad_file_is_refused_with_the_line(data, message):
    with pytest.raises(InvalidInput) as error:
        read_gpx(data, 10)
    assert message in str(error.value)
    assert error.value.field == "file"


def test_more_points_than_the_limit_are_refused():
    with pytest.raises(LimitExceeded, match="BEATPLAN_MAX_TRACE_POINTS"):
        read_gpx(gpx(*[point()] * 4), 3)
    assert len(read_gpx(gpx(*[point()] * 3), 3)) == 3


def test_a_text_without_end_takes_no_memory_and_a_deep_file_no_stack():
    with pytest.raises(InvalidInput, match="time is"):
        read_gpx(gpx(point(inner="<time>" + "9" * 1_000_000 + "</time>")), 10)
    with pytest.raises(InvalidInput):
        read_gpx(b"<gpx>" + b"<a>" * 100_000, 10)
