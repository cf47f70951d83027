import threading
from uuid import uuid4

import pytest

from app.storage.errors import VersionConflict
from app.storage.records import QuotaFacts
from tests.helpers.companies import account, rep


@pytest.fixture
def company(storage, organisation_id):
    """Three accounts, two reps."""
    with storage.writing(organisation_id) as work:
        accounts = list(work.accounts.add_many([account(n) for n in range(3)]).values())
        reps = list(work.reps.add_many([rep(n) for n in range(2)]).values())
        work.commit()
    return accounts, reps


def _draft(storage, organisation_id, units, expected_version, **options):
    with storage.writing(organisation_id) as work:
        made = work.alignments.write_draft(units, expected_version=expected_version, measures={"v": 1}, **options)
        work.commit()
    return made


def test_a_draft_is_written_published_and_retired(storage, organisation_id, company, clock):
    accounts, (r1, r2) = company
    job_id = uuid4()
    units = dict.fromkeys(accounts, r1)
    draft = _draft(storage, organisation_id, units, 0, note="first", created_by="key 1", job_id=job_id)
    assert (draft.version, draft.state, draft.based_on_version) == (1, "draft", None)
    assert (draft.measures, draft.note, draft.created_by, draft.job_id) == ({"v": 1}, "first", "key 1", job_id)
    clock.advance(5)
    with storage.writing(organisation_id) as work:
        published = work.alignments.publish(1)
        work.commit()
    assert (published.state, published.published_at) == ("current", clock.now)
    second = _draft(storage, organisation_id, {accounts[0]: r2}, 1)
    third = _draft(storage, organisation_id, {accounts[0]: r2, accounts[1]: r1}, 2)
    assert (second.based_on_version, third.based_on_version) == (1, 1)
    with storage.writing(organisation_id) as work:
        assert work.alignments.by_version(2).state == "retired", "a new draft takes the old one's place"
        assert work.alignments.draft() == third
        work.alignments.publish(3)
        assert work.alignments.current().version == 3
        assert work.alignments.draft() is None
        assert [(a.version, a.state) for a in work.alignments.history(9)] == [
            (3, "current"),
            (2, "retired"),
            (1, "retired"),
        ]
        assert [a.version for a in work.alignments.history(1, before_version=3)] == [2]
        kept = work.alignments.units(draft.id)
    assert kept.rep_of_account() == units
    assert not kept.rep_id.flags.writeable


def test_a_draft_of_a_version_that_moved_is_refused_and_leaves_nothing(storage, organisation_id, company):
    accounts, (r1, _) = company
    _draft(storage, organisation_id, {accounts[0]: r1}, 0)
    with storage.writing(organisation_id) as work:
        with pytest.raises(VersionConflict) as caught:
            work.alignments.write_draft({accounts[1]: r1}, expected_version=0, measures={})
        work.commit()
    assert (caught.value.expected, caught.value.found) == (0, 1)
    with storage.reading(organisation_id) as work:
        assert work.alignments.latest_version() == 1
        assert work.alignments.units(work.alignments.draft().id).account_id.tolist() == [accounts[0]]


def test_of_drafts_written_at_once_one_wins(storage, organisation_id, company):
    accounts, (r1, _) = company
    outcomes = []

    def write() -> None:
        try:
            _draft(storage, organisation_id, dict.fromkeys(accounts, r1), 0)
            outcomes.append("written")
        except VersionConflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict"] * 3 + ["written"]


def test_only_the_draft_is_published_or_discarded(storage, organisation_id, company):
    accounts, (r1, _) = company
    _draft(storage, organisation_id, {accounts[0]: r1}, 0)
    with storage.writing(organisation_id) as work:
        for act in (work.alignments.publish, work.alignments.discard):
            with pytest.raises(VersionConflict):
                act(2)
        work.alignments.discard(1)
        with pytest.raises(VersionConflict):
            work.alignments.publish(1)
        assert work.alignments.by_version(1).published_at is None
        assert work.alignments.latest_version() == 1


def test_organisations_count_their_own_versions(storage, organisation_id, company):
    accounts, (r1, _) = company
    mine = _draft(storage, organisation_id, {accounts[0]: r1}, 0)
    other = storage.ensure_organisation("other", "Other", "UTC").id
    with storage.writing(other) as work:
        assert work.alignments.latest_version() == 0
        assert len(work.alignments.units(mine.id)) == 0
        assert work.alignments.write_draft({}, expected_version=0, measures={}).version == 1


def test_quotas_are_kept_as_sets(storage, organisation_id, company, clock):
    _, (r1, r2) = company
    shares = [QuotaFacts(rep_id=r, amount=a, explanation={"potential": a / 100}) for r, a in ((r1, 60), (r2, 40))]
    with storage.writing(organisation_id) as work:
        first = work.quotas.add_set("2026-Q4", 100, shares)
        clock.advance(1)
        work.commit()
    with storage.writing(organisation_id) as work:
        second = work.quotas.add_set("2026-Q4", 50, shares[:1])
        other = work.quotas.add_set("2027-Q1", 10, shares[:1])
        assert work.quotas.get(first.id) == first
        assert work.quotas.latest("2026-Q4") == second
        assert work.quotas.latest() == other
        assert work.quotas.latest("2020") is None
        assert {quota_set.id for quota_set in work.quotas.all()} == {first.id, second.id, other.id}
        with pytest.raises(ValueError, match="at least one"):
            work.quotas.add_set("2027-Q1", 10, [])
