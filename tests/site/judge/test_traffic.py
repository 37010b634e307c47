"""What goes between the browser and the server."""

import pytest

from tests.site.judge.conftest import GRADIENT

pytestmark = pytest.mark.xdist_group("browser")


class Traffic:
    """What a page's requests cost that reach the server, but for its web socket."""

    def __init__(self, page):
        self.asked = []
        self._kept = set()
        self.bytes = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestServedFromCache", self._served)
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)

    def _served(self, said):
        self._kept.add(said["requestId"])

    def _received(self, said):
        response, identity = said["response"], said["requestId"]
        kept = response["fromDiskCache"] or identity in self._kept
        if response["url"].startswith("http") and not kept:
            self.asked.append(response["url"])

    def _finished(self, said):
        self.bytes += said["encodedDataLength"]


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
    page.get_by_role("link", name="Next question").click()
    page.wait_for_url(lambda url: GRADIENT.slug not in url)
    page.locator("backprep-judge .backprep-judge-state").wait_for()
    assert page.evaluate("window.kept") is True
    assert page.url.startswith(server.address)
    assert page.problems == []
