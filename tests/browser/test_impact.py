"""The notice about links that a save breaks, and its answers, without leaving the page."""

from playwright.sync_api import expect

from articles.models import Article
from tests import factories


def test_links_to_a_renamed_heading_are_changed_from_the_form(
    open_page, admin_violations, console, pages
):
    article = factories.article("Concord", aliases=["Calm"], body="## Treaties\n\nWords.")
    factories.article("Source", body="[[Calm#Treaties]]")
    page = open_page(f"/admin/articles/article/{article.pk}/change/", user=factories.editor())
    body, publish = page.locator("#id_body"), page.locator("[name=_publish]")
    body.fill("## All treaties\n\nWords.")
    body.blur()
    links = page.get_by_label("Change these links to the section")
    expect(links).to_have_value("all-treaties")
    assert admin_violations(page) == []
    publish.click()
    expect(links).to_have_count(0)
    assert Article.objects.get(slug="source").body == "[[Calm#All treaties]]"
    # Saved before the notice could appear, the form is refused with the same controls.
    page.route("**/impact/", lambda route: route.abort())
    page.locator("#id_aliases").fill("")
    publish.click()
    keep = page.get_by_label("Keep it as a former name")
    expect(keep).to_be_checked()
    assert admin_violations(page) == []
    publish.click()
    expect(keep).to_have_count(0)
    assert Article.objects.get(slug="concord").former == ["Calm"]
    # The browser reports the request that failed and the refused save.
    console[:] = [line for line in console if "/impact/" not in line and "422" not in line]
