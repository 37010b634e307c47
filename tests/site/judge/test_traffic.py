"""What goes between the browser and the server."""

import pytest

from tests.site.judge.conftest import GRADIENT

pytestmark = pytest.mark.xdist_group("browser")


class Traffic:
    """What a page's requests cost that reach the server, but for its web socket."""

    def __init__(self, page):
        self.urls = {}
        self.kept = set()
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.requestServedFromCache", self._served)
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)

    def _sent(self, said):
        self.urls[said["requestId"]] = said["request"]["url"]

    def _served(self, said):
        self.kept.add(said["requestId"])

    def _received(self, said):
        if said["response"].get("fromDiskCache"):
            self.kept.add(said["requestId"])

    def _finished(self, said):
        self.bytes += said["encodedDataLength"]

    @property
    def asked(self):
        return [
            url
            for identity, url in self.urls.items()
            if identity not in self.kept and url.startswith("http")
        ]


def test_a_second_load_of_a_question_costs_next_to_nothing(open_page):
    page = open_page()
    page.wait_for_load_state("networkidle")
    traffic = Traffic(page)
    page.reload()
    page.get_by_role("button", name="Start", exact=True).wait_for()
    page.wait_for_load_state("networkidle")
    assert 0 < len(traffic.asked) <= 5, traffic.asked
    assert traffic.bytes < 10_000
    assert page.problems == []


def test_a_link_keeps_the_document_whatever_the_port(page, server):
    """The site was built for another address."""
    page.wait_for_load_state("networkidle")
    page.evaluate("window.kept = true")
    page.locator(".md-footer__link").first.click()
    page.wait_for_url(lambda url: GRADIENT.slug not in url)
    page.locator("backprep-judge .backprep-judge-state").wait_for()
    assert page.evaluate("window.kept") is True
    assert page.url.startswith(server.address)
    assert page.problems == []
