"""A page of another origin can neither read nor change anything, whatever it tries."""

import http.server
import shutil
import threading

import pytest

from tests.site.judge.conftest import GRADIENT

pytestmark = pytest.mark.xdist_group("browser")

ATTACK = """async ([address, question, token]) => {
    const log = {};
    const said = JSON.stringify({ id: "a".repeat(32), kind: "started", question,
        attempt: "a".repeat(32),
        data: { elapsed: 0, minutes: 10, mock: null, from: "site" } });
    const tries = {
        page: [address, {}],
        journal: [`${address}api/journal`, {}],
        "with the token": [`${address}api/journal`,
            { headers: { "X-Backprep-Token": token } }],
        "plain post": [`${address}api/journal`,
            { method: "POST", body: said, headers: { "Content-Type": "text/plain" } }],
        post: [`${address}api/journal`, { method: "POST", body: said, headers: {
            "Content-Type": "application/json", "X-Backprep-Token": token } }],
        begin: [`${address}api/answers/${question}/begin`, { method: "POST",
            mode: "no-cors", body: "{}" }],
        put: [`${address}api/answers/${question}`, { method: "PUT", body: "{}",
            headers: { "X-Backprep-Token": token } }],
    };
    for (const [name, [url, options]] of Object.entries(tries))
        log[name] = await fetch(url, options).then(
            async (response) => (await response.text()) || response.type, () => "no");
    log.socket = await new Promise((resolve) => {
        const socket = new WebSocket(`${address.replace("http", "ws")}api/live`);
        socket.onopen = () => socket.send(JSON.stringify({ token }));
        socket.onmessage = ({ data }) => resolve(data);
        socket.onclose = () => resolve("no");
    });
    log.frame = await new Promise((resolve) => {
        const frame = document.createElement("iframe");
        frame.src = address;
        frame.onload = () => {
            try {
                resolve(frame.contentDocument?.body?.textContent || "no");
            } catch {
                resolve("no");
            }
        };
        document.body.append(frame);
    });
    const form = document.createElement("form");
    form.method = "POST";
    form.enctype = "text/plain";
    form.action = `${address}api/answers/${question}/begin`;
    const frame = document.createElement("iframe");
    frame.name = form.target = "there";
    document.body.append(frame, form);
    const answered = new Promise((resolve) => (frame.onload = resolve));
    form.submit();
    await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 2000))]);
    return log;
}"""


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A stranger</title><body></body>")

    def log_message(self, format, *args):
        pass


@pytest.fixture
def stranger():
    """The address of a page that is not ours."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{host.server_port}/"
        host.shutdown()


def token(server):
    return (server.home / "server-token").read_text()


def nothing_was_done(server):
    exported = server.backprep("journal", "export")
    assert exported.stdout == ""
    assert not server.file.exists()


def test_another_page_reads_and_changes_nothing(browser, server, stranger):
    """Even one that knows the token."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(stranger)
    log = page.evaluate(ATTACK, [server.address, GRADIENT.id, token(server)])
    context.close()
    assert log.pop("begin") in ("no", "opaque")
    assert set(log.values()) == {"no"}
    nothing_was_done(server)


def test_a_name_that_is_pointed_to_this_machine_gets_nothing(server, browser):
    """DNS rebinding: to the browser, the stranger and the server are one origin."""
    address = f"http://evil.test:{server.port}/"
    rules = "--host-resolver-rules=MAP evil.test 127.0.0.1"
    rebound = browser.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-gpu", rules],
    )
    page = rebound.new_page()
    page.goto(address)
    assert "is not this server" in page.content()
    log = page.evaluate(ATTACK, [address, GRADIENT.id, token(server)])
    rebound.close()
    assert log.pop("socket") == "no"
    answers = {name: text for name, text in log.items() if text != "no"}
    assert all("is not this server" in text for text in answers.values()), answers
    nothing_was_done(server)
