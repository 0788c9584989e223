"""The small scripts in a real browser, on the real components: they help, they stop nobody, and nothing is lost."""
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Engine, Template
from playwright.sync_api import Browser, Page, Route, sync_playwright

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
HERE = "http://localhost/bao-nhanh"
PAGE = """
<!DOCTYPE html><html lang="vi"><body><form method="post" action="/bao-nhanh" data-submit-once data-autosave="/draft" data-retry-label="Gửi lại" novalidate>
{% include "components/kinds.html" with field=form.kind common=common groups=groups only %}
{% include "components/choices.html" with field=form.when only %}
<div data-reveal-when="when=other">{{ form.day }}</div>
{% include "components/choices.html" with field=form.severity look="cards" severity=True only %}
{% include "components/field.html" with field=form.summary guard=True only %}
{% include "components/recipients.html" with sentences=sentences only %}
<button type="submit">Gửi báo nhanh</button>{% include "components/draft.html" only %}
</form><div data-poll="/part">Đang lập</div>
SCRIPTS</body></html>"""


class Report(forms.Form):
    kind = forms.CharField()
    when = forms.ChoiceField(choices=[("now", "Vừa xong"), ("other", "Ngày khác")], widget=forms.RadioSelect)
    day = forms.DateField()
    severity = forms.ChoiceField(choices=[("s4", "Khẩn cấp"), ("s3", "Phức tạp"), ("s2", "Cần phối hợp"), ("s1", "Nhà trường tự xử lý")], widget=forms.RadioSelect)
    summary = forms.CharField(widget=forms.Textarea(attrs={"data-guard": True}))


def page_text(engine: Engine, root: Path) -> str:
    scripts = "".join(f"<script>{path.read_text()}</script>" for path in sorted((root / "static/js").glob("*.js")))
    groups = [{"label": "Chất cấm, hung khí", "kinds": [{"value": "knife", "label": "Mang dao, hung khí", "minimum": "s3", "flag": "r0"}, {"value": "drug", "label": "Nghi có ma túy", "minimum": "s3", "flag": "r0"}]}]
    values = {"form": Report(), "common": [{"value": "fight", "label": "Đánh nhau", "minimum": "s1", "flag": "r3"}], "groups": groups, "sentences": {"r0|*": "Công an phường; UBND phường.", "*|*": "Chỉ nhà trường."}}
    return Template(PAGE, engine=engine).render(Context(values)).replace("SCRIPTS", scripts)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def sent() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, engine: Engine, root: Path, sent: list[str]) -> Iterator[Page]:
    text = page_text(engine, root)
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()

    def answer(route: Route) -> None:
        request = route.request
        if request.method == "POST":
            sent.append(request.url)
        if request.url.endswith("/draft"):
            route.fulfill(json={"saved_at": "10:41"})
        elif request.url.endswith("/part"):
            route.fulfill(content_type="text/html; charset=utf-8", body="<div id='done'>Đã lập xong</div>")
        else:
            route.fulfill(content_type="text/html; charset=utf-8", body=text)

    page.route("**/*", answer)
    page.goto(HERE)
    yield page
    context.close()


def test_kinds_are_found_without_their_marks(page: Page) -> None:
    page.locator("summary").click()
    page.locator("[data-filter-input]").fill("ma tuy")
    assert page.locator("[data-filter-item]:not([hidden])").all_inner_texts() == ["Nghi có ma túy"]


def test_a_day_is_asked_only_when_it_was_another_day(page: Page) -> None:
    assert page.locator("[name=day]").is_disabled()
    page.get_by_label("Ngày khác").check()
    assert page.locator("[name=day]").is_visible() and page.locator("[name=day]").is_enabled()


def test_levels_under_the_minimum_close_and_say_why(page: Page) -> None:
    page.locator("[name=severity][value=s1]").check()
    page.locator("summary").click()
    page.get_by_label("Mang dao, hung khí").check()
    assert page.locator("[name=severity][value=s1]").is_disabled()
    assert page.locator("[name=severity][value=s3]").is_checked()
    assert "Phức tạp" in page.locator("[data-severity-reason]").inner_text()
    page.get_by_label("Đánh nhau").check()
    assert page.locator("[name=severity][value=s1]").is_enabled()


def test_the_recipients_are_said_before_sending(page: Page) -> None:
    assert page.locator("[name=confirmed]").input_value() == ""
    page.locator("summary").click()
    page.get_by_label("Mang dao, hung khí").check()
    page.locator("[name=severity][value=s4]").check()
    page.wait_for_function("document.querySelector('[name=confirmed]').value === '1'")
    assert page.locator("[data-recipients-text]").inner_text() == "Công an phường; UBND phường."


@pytest.mark.parametrize("words", ["Em Minh đánh bạn", "Gọi 0912 345 678", "Nguyễn Văn An mang dao", "Có Giàng Thị Mỷ ở đó"])
def test_the_guard_speaks_up_about_names_and_numbers(page: Page, words: str) -> None:
    page.locator("[name=summary]").fill(words)
    assert page.locator("[data-guard-hint]").is_visible()


@pytest.mark.parametrize("words", ["Ba học sinh đánh nhau, một em bị thương nhẹ", "Dao tại THCS Nguyễn Trãi, phường Lê Chân", "Công an phường đến lúc 10:42 ngày 25/11/2026"])
def test_the_guard_keeps_quiet_about_places_and_hours(page: Page, words: str) -> None:
    page.locator("[name=summary]").fill(words)
    assert page.locator("[data-guard-hint]").is_hidden()


def test_a_draft_is_kept_on_leaving_the_field(page: Page, sent: list[str]) -> None:
    page.locator("[name=summary]").fill("Hai em xô xát")
    page.locator("[name=summary]").blur()
    page.get_by_text("Đã lưu nháp lúc 10:41").wait_for()
    assert sent and all(url.endswith("/draft") for url in sent)


def test_without_network_nothing_is_sent_and_the_words_stay(page: Page, sent: list[str]) -> None:
    page.context.set_offline(True)
    page.get_by_role("button", name="Gửi báo nhanh").click()
    assert "CHƯA gửi được" in page.locator("[data-autosave-status]").inner_text()
    assert page.get_by_role("button", name="Gửi lại").is_enabled()
    assert not [url for url in sent if url == HERE]


def test_a_form_is_sent_once(page: Page, sent: list[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi báo nhanh").dblclick()
    assert sent.count(HERE) == 1
    assert page.get_by_role("button", name="Gửi báo nhanh").is_enabled()


def test_a_job_is_asked_for_until_it_is_done(page: Page) -> None:
    page.locator("#done").wait_for(timeout=8000)
    assert page.locator("[data-poll]").count() == 0
