"""Markdown that tries to run a script or to load something, in a browser."""

import json
import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from django.test import Client

from articles.markdown import parse
from tests import factories
from tests.markdown.test_xss import CONTEXTS, VECTORS

SITE = "http://corpus.test"
# Pictures of ours, also with the host of the test client.
OWN_FILE = re.compile(r"http://(corpus\.test|testserver)/(media/|favicon\.ico)")
# Counts calls of the functions that the vectors call.
INIT = """
window.calls = [];
for (const name of ["alert", "confirm", "prompt", "print"]) {
  window[name] = () => window.calls.push(name);
}
"""
# Sends events to all elements, in further rounds after parsing the HTML again. Returns the calls,
# and what could run or load something.
TRY = """async (rounds) => {
  const types = ["click", "mouseover", "focus", "toggle", "beforetoggle", "load", "error"];
  const active = "script, style, link, meta, base, iframe, object, embed, form, button, svg,"
    + "template, [style], [srcset], [target], [ping], [formaction], [autofocus]";
  const unsafeUrl = /^(javascript|data|blob):/;
  const activeElements = [];
  const canRun = (element) => element.matches(active) || unsafeUrl.test(element.href)
    || element.getAttributeNames().some((name) => name.startsWith("on"));
  document.addEventListener("click", (event) => event.preventDefault(), true);
  for (let round = 0; round < rounds; round++) {
    for (const element of document.body.querySelectorAll("*")) {
      for (const type of types) element.dispatchEvent(new Event(type, { cancelable: true }));
      if (canRun(element)) activeElements.push(element.outerHTML);
    }
    if (round) document.body.innerHTML = document.body.innerHTML;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const properties = ["forms", "location", "getElementById", "cookie", "defaultView"];
  const clobbered = properties.filter((name) => document[name] instanceof Element);
  return { calls: window.calls, activeElements, clobbered };
}"""
NOTHING = {"calls": [], "activeElements": [], "clobbered": []}


@pytest.fixture
def results(chromium) -> Iterator:
    """Return what happens when HTML is shown as a page without a CSP, and its foreign requests."""
    context = chromium.new_context()
    context.add_init_script(INIT)
    page = context.new_page()
    requests = []
    pages = {}

    def answer(route):
        url = route.request.url
        if url in pages:
            route.fulfill(body=pages[url], content_type="text/html; charset=utf-8")
            return
        if not OWN_FILE.match(url):
            requests.append(url)
        route.fulfill(status=404)

    page.route("**/*", answer)

    def results(html):
        url = f"{SITE}/{len(pages)}/"
        pages[url] = f"<!DOCTYPE html><title>Corpus</title><main>{html}</main>"
        page.goto(url)
        return page.evaluate(TRY, 3), requests

    yield results
    context.close()


def test_the_browser_notices_what_runs_and_loads(results):
    html = (
        "<img src=x onerror=alert(1)><a name=location></a><img name=getElementById src=/media/x>"
    )
    result, requests = results(html)
    assert "alert" in result["calls"]
    assert result["activeElements"]
    assert result["clobbered"] == ["getElementById"]
    assert requests == [f"{SITE}/0/x"] * len(requests) != []


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
def test_nothing_runs_and_nothing_is_loaded(context, results):
    sources = [context.replace("{}", vector) for vector in VECTORS]
    html = [parse(source, media=("/media/",)).html for source in sources]
    assert results("<hr>".join(html)) == (NOTHING, [])


BODY = "\n\n".join(VECTORS)


@pytest.fixture
def article(live_server):
    factories.article("Corpus", body=f"{BODY}\n\nsalt", slug="corpus", summary=VECTORS[0])
    factories.article("Other", body="[[Corpus]] <img src=x onerror=alert(1)>salt")
    return "/articles/corpus/"


def test_nothing_runs_in_what_other_programs_show(article, results):
    client = Client()
    record = json.loads(client.get("/api/v1/articles/corpus").content)
    feed = ElementTree.fromstring(client.get("/feed/").content)
    contents = [element.text for element in feed.iter() if element.tag.endswith("content")]
    assert len(contents) == 2
    for html in (record["html"], *contents):
        assert results(html) == (NOTHING, [])


@pytest.mark.parametrize("path", ["/articles/corpus/", "/search/?q=salt", "/", "/articles/other/"])
def test_nothing_runs_on_the_pages_of_the_site(path, article, open_page, console, live_server):
    page = open_page(path)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script(INIT)
    page.reload()
    if path == "/articles/other/":
        page.locator(".prose a").first.hover()
        page.wait_for_selector("#site_preview")
    page.evaluate(TRY, 1)
    assert page.evaluate("window.calls") == []
    assert [url for url in requests if not url.startswith(live_server.url)] == []
    # The pictures of the corpus don't exist.
    console[:] = [error for error in console if "404" not in error]


def test_nothing_runs_in_the_preview_of_the_form(
    article, open_page, console, live_server, admin_user
):
    page = open_page("/admin/articles/article/add/", user=admin_user)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.add_init_script(INIT)
    page.reload()
    page.fill("[name=body]", f"{BODY}\n\nThe end of the corpus.")
    page.get_by_text("The end of the corpus.").last.wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.calls") == []
    assert [url for url in requests if not url.startswith(live_server.url)] == []
    console[:] = [error for error in console if "404" not in error]
