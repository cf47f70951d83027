"""A headless system Chromium that draws WebGL maps, driven by Playwright.

BEATPLAN_CHROMIUM names one; without it /usr/bin/chromium, chromium-browser and google-chrome are tried.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

NOT_WANTED = (
    # of the address bar, loaded anew for each context: 0.7 s of processor time
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    # what Playwright leaves off: Chromium heeds the last list only
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    "PreconnectToSearch",
)  # fmt: skip
FLAGS = (
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", f"--disable-features={','.join(NOT_WANTED)}",
    # the processor is the graphics processor: what is no WebGL is drawn faster without the detour
    "--disable-gpu-rasterization", "--disable-gpu-compositing",
)  # fmt: skip
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1000, "height": 640}}
"""Just wide enough (62 rem) for the layout of a desk: tests of maps take a quarter less time than at 1440 x 900."""
TIMEOUT_MS = 20_000
expect.set_options(timeout=TIMEOUT_MS)  # the library's 5 s are once in some dozen runs not enough on a shared machine


def chromium_path() -> str | None:
    named = os.environ.get("BEATPLAN_CHROMIUM")
    candidates = [named] if named else ["/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"]
    return next((found for one in candidates if (found := shutil.which(one))), None)


@contextmanager
def headless_chromium() -> Iterator[Browser]:
    """Skips the test where there is none."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: none at BEATPLAN_CHROMIUM, /usr/bin/chromium, chromium-browser or google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Pages:
    """Opens pages, each in a context of its own, and remembers what their consoles complained about."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[Any] = []
        self.complaints: list[str] = []
        self.expected: list[str] = []
        """Texts in complaints that the test brings about itself."""

    def open(self, device: dict[str, Any]) -> Page:
        context = self._browser.new_context(**device, reduced_motion="reduce")  # maps come to rest sooner
        context.set_default_timeout(TIMEOUT_MS)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        return page

    def _note(self, text: str) -> None:
        if not any(one in text for one in self.expected):
            self.complaints.append(text)

    def close(self) -> None:
        while self._contexts:
            self._contexts.pop().close()


def wait_for_map(page: Page) -> None:
    page.wait_for_selector("#map[data-idle]")


def picture(place: Locator) -> "np.ndarray[Any, Any]":
    """(rows, columns, 3) uint8, what is seen there."""
    from matplotlib.image import imread

    pixels = imread(BytesIO(place.screenshot()), format="png")[..., :3]
    return (pixels * 255).round().astype(np.uint8)


def colours(place: Locator) -> "np.ndarray[Any, Any]":
    """(n, 3) uint8, the distinct colours of what is seen there."""
    red, green, blue = np.moveaxis(picture(place).astype(np.int32), 2, 0)
    found = np.unique(red << 16 | green << 8 | blue)  # as numbers: rows of three take 20 times as long to sort
    return np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.uint8)
