"""Templates that are rendered once and then filled in."""

import pytest
from django.template.loader import get_template
from django.test.utils import override_settings
from django.utils.safestring import mark_safe
from django.utils.translation import override

from articles import fragments
from articles.fragments import Fragment

HEADING = "articles/entries/heading.html"
ROW = {"level": 2, "anchor": "aims", "dir": "ltr", "text": "Aims & “50 %s” %(level)s <b>"}
ENTRY = {"lang": "en", "dir": "ltr", "url": "/a/", "title": "A", "summary": "More."}


def render(template, values):
    """What Django renders, without the white space around it."""
    return get_template(template).render({**fragments.constants(), **values}).strip()


@pytest.fixture(autouse=True)
def _no_patterns():
    fragments.forget_patterns()


def test_a_fragment_is_what_django_renders():
    assert Fragment(HEADING).render(ROW) == render(HEADING, ROW)


def test_values_are_escaped_unless_they_are_html():
    html = Fragment(HEADING).render({**ROW, "text": mark_safe("<i>a</i>")})
    assert "<i>a</i>" in html
    assert "&lt;b&gt;" in Fragment(HEADING).render(ROW)


def test_what_is_empty_has_a_form_of_its_own():
    entry = Fragment("articles/entries/article.html")
    for summary in ("More.", "", "Less."):
        values = {**ENTRY, "summary": summary}
        assert entry.render(values) == render(entry.template, values)


def test_rows_are_joined():
    entry = Fragment("articles/entries/article.html")
    rows = [ENTRY, {**ENTRY, "summary": ""}]
    assert entry.join(rows) == "\n".join(render(entry.template, row) for row in rows)
    assert entry.join([]) == ""


def test_values_with_characters_for_private_use_are_displayed():
    texts = ["\ue002 < \ue000", "\ue002\ue002", "%s %(text)s"]
    headings = Fragment(HEADING).join({**ROW, "text": text} for text in texts)
    assert headings == "\n".join(render(HEADING, {**ROW, "text": text}) for text in texts)


def test_each_language_has_its_own_form():
    form = Fragment("articles/search_form.html")
    for language in ("en", "ar", "en"):
        with override(language):
            assert form.render({"query": "peace"}) == render(form.template, {"query": "peace"})


def test_the_shape_may_be_compared_and_formatted():
    nav = Fragment("articles/site_nav.html")
    assert 'href="/tags/" aria-current="page"' in nav.render({}, page="tags")
    assert 'href="/map/" aria-current="page"' in nav.render({}, page="map")
    minutes = Fragment("articles/reading_time.html")
    assert minutes.render({}, minutes=1) == "1 minute to read"
    assert minutes.render({}, minutes=7) == "7 minutes to read"


@pytest.mark.parametrize(
    "source", ["{{ name|upper }}", "{{ name|urlencode }}", "{{ name|cut:'n' }}"]
)
def test_a_template_that_filters_a_value_is_refused(tmp_path, settings, source):
    (tmp_path / "filtering.html").write_text(source)
    (options,) = settings.TEMPLATES
    settings.TEMPLATES = [{**options, "DIRS": [tmp_path]}]
    with pytest.raises(ValueError, match=r"filtering\.html filters one of name"):
        Fragment("filtering.html").render({"name": "peace"})


def test_a_changed_setting_changes_the_forms():
    footer = Fragment("articles/site_footer.html")
    assert "Diwan ·" in footer.render({"source_url": ""})
    with override_settings(SITE_NAME="Other"):
        assert "Other ·" in footer.render({"source_url": ""})


def test_a_template_is_rendered_once_for_each_form(monkeypatch):
    heading, rendered = Fragment(HEADING), []
    monkeypatch.setattr(
        fragments, "get_template", lambda name: rendered.append(name) or get_template(name)
    )
    heading.join([ROW, {**ROW, "text": "Other"}])
    heading.render(ROW)
    assert rendered == [HEADING]


def test_templates_that_are_being_edited_are_rendered_each_time(monkeypatch, settings):
    rendered = []
    monkeypatch.setattr(
        fragments, "get_template", lambda name: rendered.append(name) or get_template(name)
    )
    settings.DEBUG = True
    Fragment(HEADING).join([ROW, ROW])
    Fragment(HEADING).join([ROW])
    assert len(rendered) == 2


def test_what_is_rendered_once_depends_on_arguments_language_and_settings(settings):
    calls = []

    @fragments.rendered_once
    def render_name(name):
        calls.append(name)
        return mark_safe(name)

    assert [render_name("a"), render_name("a"), render_name("b")] == ["a", "a", "b"]
    assert calls == ["a", "b"]
    with override("ar"):
        render_name("a")
    with override_settings(SITE_NAME="Other"):
        render_name("a")
    assert calls == ["a", "b", "a", "a"]
    settings.DEBUG = True
    calls.clear()
    assert [render_name("a"), render_name("a")] == calls == ["a", "a"]


def test_the_results_for_the_latest_arguments_are_kept():
    calls = []

    @fragments.cached_rendering(2)
    def render_name(name):
        calls.append(name)
        return mark_safe(name)

    for name in "abcba":
        render_name(name)
    assert calls == ["a", "b", "c", "a"]
