"""The managers' page: how far one comes in some minutes, from a home or a point, and what is near."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.app.web.test_manager_roads import click_map
from tests.helpers.browser import picture, wait_for_map

pytestmark = pytest.mark.browser
FAR = np.add((0xFD, 0xD4, 0x5C), (0xF3, 0xEF, 0xE8)) / 2
"""The largest of three areas over plain land: half of it shows through."""


def reach_tab(site):
    page = site.desk()
    page.get_by_role("tab", name="Reach").click()
    expect(page.locator("#reach-from")).to_be_visible()
    return page


def shown(page):
    return page.evaluate("document.querySelector('#reach-legend')?.innerText.match(/\\d+ min/g) ?? []")


def share_of_far(page):
    wait_for_map(page)
    return float((np.abs(picture(page.locator("#map canvas")) - FAR).sum(axis=2) < 15).mean())


def test_the_areas_of_a_rep_are_drawn_with_what_is_near(site):
    page = reach_tab(site)
    rep = site.ask("GET", "/v1/reps")["items"][1]
    page.fill("#reach-minutes", "1, 2,4")
    page.select_option("#reach-from", label=rep["name"])
    expect(page.locator("#reach-legend .swatch")).to_have_count(3)
    assert shown(page) == ["1 min", "2 min", "4 min"]
    near = site.ask("GET", f"/v1/accounts/nearest?home_of={rep['id']}&limit=10")["items"]
    names = page.locator("#reach-near tbody td:first-child").all_inner_texts()
    assert names == [one["account"]["name"] for one in near]
    assert share_of_far(page) > 0.03
    page.get_by_role("tab", name="Territories").click()
    expect(page.locator("#table")).to_contain_text("In force")
    assert share_of_far(page) < 0.01, "gone with its tab"


def test_a_point_is_clicked_and_the_direction_changed(site):
    page = reach_tab(site)
    page.select_option("#reach-from", label="A point on the map")
    expect(page.locator("#reach-hint")).to_have_text("Click the place on the map.")
    wait_for_map(page)
    with page.expect_response("**/v1/isochrones**") as first:
        click_map(page, 0.5, 0.5)
    expect(page.locator("#reach-legend")).to_be_visible()
    assert page.locator(".maplibregl-popup").count() == 0
    assert "direction=from" in first.value.url
    assert "lon=" in first.value.url
    page.select_option("#reach-direction", label="Towards")
    with page.expect_response("**/v1/isochrones**") as second:
        page.get_by_role("button", name="Show").click()
    assert second.value.url == first.value.url.replace("direction=from", "direction=to")


def test_a_click_on_a_home_shows_its_areas(site):
    page = site.desk()
    reps = site.ask("GET", "/v1/reps")["items"]
    wait_for_map(page)
    box = page.locator("#map canvas").bounding_box()
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/isochrones?rep_id=" in request.url else None)
    for x, y in white_rings(page):
        page.mouse.click(box["x"] + x, box["y"] + y)
        page.wait_for_timeout(300)
        if asked:
            break
    (url,) = asked
    rep_id = int(url.split("rep_id=")[1].split("&")[0])
    expect(page.get_by_role("tab", name="Reach")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#reach-legend .swatch")).to_have_count(3)
    name = next(one["name"] for one in reps if one["id"] == rep_id)
    expect(page.locator("#reach-from option:checked")).to_have_text(name)


def white_rings(page):
    """Middles of the white discs that homes are, on the map's picture, once they are drawn."""
    from scipy import ndimage

    for _ in range(20):
        wait_for_map(page)
        parts, count = ndimage.label((picture(page.locator("#map canvas")) >= 253).all(axis=2))
        sizes = ndimage.sum_labels(np.ones(parts.shape), parts, np.arange(1, count + 1))
        discs = [i + 1 for i, size in enumerate(sizes) if 60 <= size <= 180]
        if discs:
            break
        page.wait_for_timeout(500)
    return [(x, y) for y, x in ndimage.center_of_mass(parts > 0, parts, discs)]


def test_what_the_server_refuses_is_said(site):
    site.pages.expected.append("413")
    page = reach_tab(site)
    page.fill("#reach-minutes", "999")
    page.select_option("#reach-from", index=2)
    expect(page.locator("#notice")).to_contain_text("the limit is 240 (setting BEATPLAN_MAX_ISOCHRONE_MINUTES)")
