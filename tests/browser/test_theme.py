"""The theme: that of the system, or the one the reader selects."""

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(251, 249, 244)", "rgb(20, 24, 26)"


def test_the_theme_follows_the_system_until_the_reader_selects_one(open_page, pages):
    page = open_page(pages["article"], scheme="dark")
    switch = page.get_by_role("button", name="Theme")
    assert (page.evaluate(BACKGROUND), switch.inner_text().split()[-1]) == (DARK, "Auto")
    switch.click()
    assert (page.evaluate(BACKGROUND), switch.inner_text().split()[-1]) == (LIGHT, "Light")
    page.goto(pages["tags"])
    assert page.evaluate(BACKGROUND) == LIGHT
    switch.click()
    assert (page.evaluate(BACKGROUND), switch.inner_text().split()[-1]) == (DARK, "Dark")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(BACKGROUND) == DARK
    switch.click()
    assert page.evaluate(BACKGROUND) == LIGHT


def test_the_server_renders_the_selected_theme(open_page, console, pages):
    page = open_page(pages["article"])
    page.locator("#site_theme").click(click_count=2)
    page.route("**/js/site.js", lambda route: route.abort())
    page.goto(pages["article"])
    assert page.evaluate(BACKGROUND) == DARK
    console.clear()


def test_the_theme_selected_in_the_admin_is_used_on_the_site(open_page, pages):
    page = open_page(pages["article"])
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.reload()
    assert page.evaluate(BACKGROUND) == DARK
    assert page.context.cookies()[0]["value"] == "dark"
