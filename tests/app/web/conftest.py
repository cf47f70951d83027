"""Pages in a headless Chromium; a page that complains on its console fails its test."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.helpers.browser import DESK, PHONE, Pages, headless_chromium
from tests.helpers.served_company import MONDAY, SmallCompany, served

SERVERS_TIME = """
const Real = Date, ahead = %d - Real.now();
window.Date = class extends Real {
  constructor(...given) { given.length ? super(...given) : super(Real.now() + ahead); }
  static now() { return Real.now() + ahead; }
};
"""
"""The server's clock stands on the planned day, and what a phone reports of a week later would be refused."""


@dataclass
class Site:
    """A served company and a browser to look at it with."""

    url: str
    company: SmallCompany
    pages: Pages

    def phone(self, key: str | None = "rep", path: str = "/rep") -> Page:
        return self._open(PHONE, key, path)

    def desk(self, key: str | None = "manager", path: str = "/manager") -> Page:
        return self._open(DESK, key, path)

    def _open(self, device: dict, key: str | None, path: str) -> Page:
        page = self.pages.open(device)
        page.add_init_script(SERVERS_TIME % (self.company.app.clock().timestamp() * 1000))
        page.goto(self.url + path + (f"#key={self.company.keys.get(key, key)}" if key else ""))
        return page

    def ask(self, method: str, path: str, role: str = "manager", **more):
        answer = self.company.client().open(path, method=method, headers=self.company.headers(role), **more)
        assert answer.status_code < 400, answer.text
        return answer.json

    def day(self, rep_id: int | None = None) -> dict:
        return self.ask("GET", f"/v1/reps/{rep_id or self.company.rep_id}/days/{MONDAY}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with headless_chromium() as browser:
        yield browser


@pytest.fixture
def pages(chromium: Browser) -> Iterator[Pages]:
    opened = Pages(chromium)
    yield opened
    opened.close()
    assert opened.complaints == []


@pytest.fixture(scope="session")
def looked_at(
    chromium: Browser, prepared_company: SmallCompany, tmp_path_factory
) -> Iterator[tuple[str, SmallCompany]]:
    company = prepared_company.copy(tmp_path_factory.mktemp("looked_at") / "company")
    with served(company) as url:
        yield url, company
    company.close()


@pytest.fixture
def site(looked_at: tuple[str, SmallCompany], pages: Pages) -> Site:
    """Served once a session: for tests that only look."""
    return Site(*looked_at, pages)


@pytest.fixture
def own_site(chromium: Browser, small_company: SmallCompany, pages: Pages) -> Iterator[Site]:
    """For tests that change something."""
    with served(small_company) as url:
        yield Site(url, small_company, pages)
        pages.close()  # before the server ends, which a page that still loads would complain about


@pytest.fixture
def idle_site(chromium: Browser, small_company: SmallCompany, pages: Pages, tmp_path: Path) -> Iterator[Site]:
    """Without a worker: jobs stay in the queue."""
    with served(small_company, working=False) as url:
        yield Site(url, small_company, pages)
        pages.close()  # before the server ends, which a page that still loads would complain about


@pytest.fixture
def company_of_short_notes(prepared_company: SmallCompany, pages: Pages, tmp_path: Path) -> Iterator[Site]:
    """Its server takes notes of six characters at most, fewer than the page lets one write."""
    company = prepared_company.copy(tmp_path / "company", max_note_chars=6)
    with served(company) as url:
        yield Site(url, company, pages)
        pages.close()  # before the server ends, which a page that still loads would complain about
    company.close()
