import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from app.storage.errors import UnknownReference, VersionConflict
from app.storage.records import DayFacts, PlannedStop, UnplannedVisit, VisitOutcome
from tests.helpers.companies import account, rep

DAY = date(2026, 11, 16)


@pytest.fixture
def company(storage, organisation_id):
    with storage.writing(organisation_id) as work:
        accounts = list(work.accounts.add_many([account(n) for n in range(4)]).values())
        reps = list(work.reps.add_many([rep(n) for n in range(2)]).values())
        work.commit()
    return accounts, reps


def _day(rep_id, accounts, document=b'{"stops":[]}', local_date=DAY):
    at = datetime(2026, 11, 16, 9, tzinfo=UTC)
    stops = [
        PlannedStop(
            sequence=n, account_id=a, arrive_at=at, begin_at=at, leave_at=at + timedelta(hours=1), window="09–12"
        )
        for n, a in enumerate(accounts)
    ]
    return DayFacts(
        rep_id=rep_id, local_date=local_date, document=document, drive_s=60, distance_m=900, stops=tuple(stops)
    )


def test_a_day_is_read_back_byte_for_byte_in_one_query(storage, database, organisation_id, company):
    accounts, (r1, r2) = company
    with storage.writing(organisation_id) as work:
        put = work.days.put_day(_day(r1, accounts, b"\x00\xff exact"))
        work.commit()
    statements = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with storage.reading(organisation_id) as work:
        found = work.days.get_day(r1, DAY)
    assert [text for text in statements if not text.startswith("BEGIN")] == [statements[-1]]
    assert found == put
    assert (found.version, found.document) == (1, b"\x00\xff exact")
    with storage.reading(organisation_id) as work:
        assert work.days.get_day(r2, DAY) is None
        assert work.days.get_day(r1, DAY + timedelta(days=1)) is None


def test_the_hot_read_uses_the_unique_index(storage, database, organisation_id, company):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads an empty table whole, whatever its indexes")
    from app.storage.repositories.days import _DOCUMENT

    with database.reading() as connection:
        text = str(_DOCUMENT.compile(dialect=database.engine.dialect))
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + text, (1, 1, "2026-11-16")).all()
    assert [("SEARCH" in row.detail, "local_date=?" in row.detail) for row in plan] == [(True, True)]


def test_planning_again_counts_the_version_and_replaces_the_stops(storage, organisation_id, company):
    accounts, (r1, r2) = company
    with storage.writing(organisation_id) as work:
        first = work.days.put_day(_day(r1, accounts))
        same = work.days.put_day(_day(r1, accounts))
        second = work.days.put_day(_day(r1, accounts[2:], b"new"))
        work.days.put_day(_day(r2, accounts[:1]))
        assert (first.version, same.version, second.version) == (1, 2, 3)
        assert first.etag == same.etag != second.etag
        assert [stop.account_id for stop in work.days.stops_of_date(DAY)[r1]] == accounts[2:]
        assert [(d.rep_id, d.version, d.stop_count) for d in work.days.days_of_date(DAY)] == [(r1, 3, 2), (r2, 1, 1)]
        assert work.days.versions(DAY) == {r1: 3, r2: 1}
        assert [d.local_date for d in work.days.days_of_rep(r1, DAY, DAY + timedelta(days=6))] == [DAY]
        assert work.days.planned_dates(DAY, DAY) == [
            (accounts[2], r1, DAY),
            (accounts[3], r1, DAY),
            (accounts[0], r2, DAY),
        ]
        assert work.days.planned_dates(DAY + timedelta(days=1), DAY + timedelta(days=9)) == []


def test_stops_come_back_as_written(storage, organisation_id, company):
    accounts, (r1, _) = company
    facts = _day(r1, accounts)
    with storage.writing(organisation_id) as work:
        work.days.put_day(facts)
        assert work.days.stops_of_date(DAY) == {r1: facts.stops}


def test_an_expected_version_that_moved_is_a_conflict(storage, organisation_id, company):
    accounts, (r1, _) = company
    with storage.writing(organisation_id) as work:
        with pytest.raises(VersionConflict):
            work.days.put_day(_day(r1, accounts), expected_version=2)
        assert work.days.get_day(r1, DAY) is None
        assert work.days.put_day(_day(r1, accounts), expected_version=0).version == 1
        with pytest.raises(VersionConflict) as caught:
            work.days.put_day(_day(r1, accounts), expected_version=0)
        assert caught.value.found == 1
        assert work.days.put_day(_day(r1, accounts), expected_version=1).version == 2


def test_days_put_at_once_all_count(storage, organisation_id, company):
    accounts, (r1, _) = company
    versions = []

    def put() -> None:
        for _ in range(5):
            with storage.writing(organisation_id) as work:
                versions.append(work.days.put_day(_day(r1, accounts)).version)
                work.commit()

    threads = [threading.Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(versions) == list(range(1, 21))


def test_a_document_is_replaced_without_planning_anew(storage, organisation_id, company):
    accounts, (r1, r2) = company
    with storage.writing(organisation_id) as work:
        before = work.days.put_day(_day(r1, accounts))
        assert work.days.lock_day(r1, DAY)
        assert not work.days.lock_day(r2, DAY)
        assert work.days.put_document(r1, DAY, b"with outcomes")
        assert not work.days.put_document(r2, DAY, b"with outcomes")
        after = work.days.get_day(r1, DAY)
    assert (after.version, after.document) == (before.version, b"with outcomes")
    assert after.etag != before.etag


def test_unplanned_visits_of_a_date_are_replaced(storage, organisation_id, company):
    accounts, (r1, _) = company
    visits = [
        UnplannedVisit(account_id=accounts[0], reason="time_window", detail={"begin_s": 5}),
        UnplannedVisit(account_id=accounts[1], reason="skills", detail={}, rep_id=r1),
    ]
    with storage.writing(organisation_id) as work:
        work.days.put_unplanned(DAY, visits[:1])
        work.days.put_unplanned(DAY, visits)
        work.days.put_unplanned(DAY + timedelta(days=1), visits[:1])
        assert work.days.unplanned_of_date(DAY) == visits
        work.days.put_unplanned(DAY, [])
        assert work.days.unplanned_of_date(DAY) == []
        assert len(work.days.unplanned_of_date(DAY + timedelta(days=1))) == 1


def _outcome(number, rep_id, account_id, **changes):
    plain = {"outcome": "done", "note": "", "local_date": DAY}
    at = datetime(2026, 11, 16, 10, tzinfo=UTC) + timedelta(minutes=number)
    return VisitOutcome(id=UUID(int=number), rep_id=rep_id, account_id=account_id, happened_at=at, **plain | changes)


def test_outcomes_sent_again_are_harmless_and_changed_ones_are_conflicts(storage, organisation_id, company):
    accounts, (r1, _) = company
    one, two, three = (_outcome(n, r1, accounts[n]) for n in range(3))
    changed = _outcome(1, r1, accounts[1], outcome="skipped")
    with storage.writing(organisation_id) as work:
        first = work.outcomes.put_many([two, one])
        assert (first.stored, first.repeated, first.conflicting) == ((two.id, one.id), (), ())
        work.commit()
    with storage.writing(organisation_id) as work:
        again = work.outcomes.put_many([one, changed, three])
        assert (again.stored, again.repeated, again.conflicting) == ((three.id,), (one.id,), (two.id,))
        assert work.outcomes.of_day(r1, DAY) == [one, two, three], "the first content stays"
        assert work.outcomes.of_date(DAY) == [one, two, three]


def test_the_same_id_twice_in_one_batch(storage, organisation_id, company):
    accounts, (r1, _) = company
    one, two = _outcome(1, r1, accounts[0]), _outcome(2, r1, accounts[1])
    other_two = _outcome(2, r1, accounts[1], note="else")
    with storage.writing(organisation_id) as work:
        taken = work.outcomes.put_many([one, one, two, other_two])
        assert (taken.stored, taken.repeated, taken.conflicting) == ((one.id, two.id), (one.id,), (two.id,))
        assert work.outcomes.put_many([]).stored == ()


def test_the_same_moment_in_another_zone_is_the_same_outcome(storage, organisation_id, company):
    from dataclasses import replace
    from zoneinfo import ZoneInfo

    accounts, (r1, _) = company
    one = _outcome(1, r1, accounts[0])
    moved = replace(one, happened_at=one.happened_at.astimezone(ZoneInfo("Asia/Kathmandu")))
    with storage.writing(organisation_id) as work:
        work.outcomes.put_many([one])
        assert work.outcomes.put_many([moved]).repeated == (one.id,)


def test_batches_with_the_same_outcomes_at_once_store_each_once(storage, organisation_id, company):
    accounts, (r1, _) = company
    batch = [_outcome(n, r1, accounts[n % 4]) for n in range(40)]
    taken, errors = [], []

    def put(order) -> None:
        try:
            with storage.writing(organisation_id) as work:
                result = work.outcomes.put_many(batch[::order])
                work.commit()
            taken.append(result)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=put, args=(order,)) for order in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(id_ for result in taken for id_ in result.stored) == sorted(outcome.id for outcome in batch)
    assert all(result.conflicting == () for result in taken)


def test_outcomes_are_inserted_in_one_order(storage, database, organisation_id, company):
    """Two batches that insert the same ids in opposite orders could wait for each other on PostgreSQL."""
    accounts, (r1, _) = company
    batch = [_outcome(n, r1, accounts[0]) for n in (3, 1, 2)]
    inserted = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if statement.startswith("INSERT INTO visit_outcomes"):
            inserted.extend(row["id"] for row in context.compiled_parameters)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    with storage.writing(organisation_id) as work:
        work.outcomes.put_many(batch)
    assert inserted == [UUID(int=n) for n in (1, 2, 3)]


def test_an_outcome_at_a_foreign_account_is_refused_by_name(storage, organisation_id, company):
    accounts, (r1, _) = company
    other = storage.ensure_organisation("other", "Other", "UTC").id
    with storage.writing(other) as work:
        foreign = work.accounts.add_many([account(9)])["A9"]
        work.commit()
    with storage.writing(organisation_id) as work:
        with pytest.raises(UnknownReference, match=f"account {foreign}"):
            work.outcomes.put_many([_outcome(1, r1, accounts[0]), _outcome(2, r1, foreign)])
        with pytest.raises(UnknownReference, match="rep 99999"):
            work.outcomes.put_many([_outcome(1, 99999, accounts[0])])
        assert work.outcomes.of_date(DAY) == []


def test_two_organisations_may_use_the_same_outcome_id(storage, organisation_id, company):
    accounts, (r1, _) = company
    other = storage.ensure_organisation("other", "Other", "UTC").id
    with storage.writing(other) as work:
        theirs = work.accounts.add_many([account(9)])["A9"], work.reps.add_many([rep(9)])["R9"]
        assert len(work.outcomes.put_many([_outcome(1, theirs[1], theirs[0])]).stored) == 1
        work.commit()
    with storage.writing(organisation_id) as work:
        assert len(work.outcomes.put_many([_outcome(1, r1, accounts[0])]).stored) == 1
        assert work.outcomes.by_ids([uuid4()]) == {}
