"""The components show what they are given, in words, and to those who cannot see colours."""
import re
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Engine, RequestContext
from django.test import RequestFactory
from django.utils import translation


@pytest.fixture(autouse=True)
def vietnamese():
    with translation.override("vi"):
        yield


@pytest.fixture
def show(engine: Engine):
    def render(name: str, **values: object) -> str:
        return engine.get_template(f"components/{name}.html").render(Context(values))

    return render


class Sentence(str):
    hint = "Có người đi viện."


class Report(forms.Form):
    severity = forms.ChoiceField(label="Tình hình lúc này?", help_text="Chọn mức cao nhất.", choices=[("s4", "Khẩn cấp"), ("s3", Sentence("Phức tạp"))], widget=forms.RadioSelect)
    summary = forms.CharField(label="Tóm tắt", help_text="Không ghi tên.", widget=forms.Textarea(attrs={"data-guard": True}))


def test_severity_has_a_bar_and_the_word(show) -> None:
    html = show("badge", value="s3", label="Phức tạp")
    assert "badge-severity badge-s3" in html and "Phức tạp" in html


def test_what_is_given_is_escaped(show) -> None:
    assert "&lt;b&gt;" in show("badge", value="sent", label="<b>")
    assert "&lt;b&gt;" in show("timeline", entries=[{"kind": "said", "who": "x", "text": "<b>"}])


@pytest.mark.parametrize(
    ("state", "left", "words"),
    [("on_time", "còn 3 giờ", "còn 3 giờ"), ("soon", "còn 20 phút", "Sắp đến hạn, còn 20 phút"), ("late", "quá hạn 46 phút", "quá hạn 46 phút"), ("stopped", "", "Tạm dừng tính giờ")],
)
def test_a_deadline_says_its_state_in_words(show, state: str, left: str, words: str) -> None:
    assert words in show("deadline", iso="2026-11-25T14:42+07:00", hour="14:42 hôm nay", left=left, state=state)


def test_the_turn_names_the_party_and_the_hour(show) -> None:
    html = re.sub(r"<[^>]+>", "", show("turn", party="Công an phường Đức Xuân", until="14:42"))
    assert html.strip() == "Đang chờ: Công an phường Đức Xuân, đến 14:42"


def test_the_emergency_numbers_can_be_dialled(show) -> None:
    html = show("emergency", duty_phone="0209 3 870 113", duty_tel="02093870113")
    for number in ("113", "114", "115", "111", "02093870113"):
        assert f'href="tel:{number}"' in html
    assert "Có người đang gặp nguy hiểm? Gọi ngay, nhập sau." in html


def test_a_row_that_posts_carries_the_token_and_its_code(show) -> None:
    row = {"code": "LC-26-0147", "title": "Đánh nhau", "severity": "s2", "severity_label": "Cần phối hợp", "url": "/x", "act": "Xem", "post": True}
    html = show("rows", rows=[row], csrf_token="thetoken")
    assert 'method="post"' in html and "thetoken" in html
    assert '<span class="visually-hidden">LC-26-0147</span>' in html
    assert 'role="table"' in html and "data-submit-once" in html


def test_errors_stand_beside_the_field_and_in_a_summary_that_jumps(show) -> None:
    form = Report({})
    summary = show("errors", form=form)
    assert 'href="#id_severity"' in summary and 'href="#id_summary"' in summary and 'role="alert"' in summary
    field = show("field", field=form["summary"], number=5, lock=True, guard=True)
    assert 'id="id_summary_error"' in field and 'id="id_summary_helptext"' in field
    assert 'aria-describedby="id_summary_helptext id_summary_error"' in field
    assert "Chỉ nhà trường và Công an được chuyển đến đọc được" in field and "data-guard-hint" in field
    assert 'id="id_severity"' in show("choices", field=form["severity"], look="cards")


def test_a_choice_shows_its_hint_and_its_level(show) -> None:
    html = show("choices", field=Report()["severity"], look="cards", severity=True)
    assert "bar-s3" in html and "Có người đi viện." in html and "data-severity-reason" in html


def test_paging_keeps_the_filters_in_the_address(engine: Engine) -> None:
    context = RequestContext(RequestFactory().get("/hang-doi?severity=s4&before=x"), {"older": "abc"})
    html = engine.get_template("components/pager.html").render(context)
    assert "severity=s4" in html and "after=abc" in html and "before" not in html and "Cũ hơn" in html


def test_progress_can_be_read_without_script(show) -> None:
    running = show("progress", state="running", sentence="Đang lập phiếu.", refresh_url="/here", poll_url="/part")
    done = show("progress", state="done", sentence="Đã lập xong.", refresh_url="/here", poll_url="/part", file_url="/file")
    assert 'data-poll="/part"' in running and 'href="/here"' in running
    assert "data-poll" not in done and 'href="/file"' in done and "Tải tệp PDF" in done


def test_a_confirmation_is_a_form_with_a_way_back(show) -> None:
    html = show("confirm", title="Rút vụ việc này?", consequences=["Công an được báo."], action="/x", act="Rút (báo nhầm)", back_url="/back", csrf_token="thetoken", hidden=[("version", 3)])
    assert 'name="confirmed" value="1"' in html and 'href="/back"' in html and 'name="version" value="3"' in html and "thetoken" in html


def test_recipients_are_data_and_not_script(show) -> None:
    html = show("recipients", sentences={"*|*": "Công an </script>"})
    assert 'type="application/json"' in html and "</script>" not in html.split('type="application/json">')[1].removesuffix("</script>").split("</script>")[0]


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "404.html", "409.html", "500.html", "503.html"])
def test_a_page_of_trouble_stands_without_context_and_says_the_next_step(engine: Engine, page: str) -> None:
    html = engine.get_template(page).render(Context({}))
    assert '<html lang="vi">' in html and 'href="/"' in html and "<h1>" in html


def test_every_page_says_who_acts_for_whom_and_how_to_leave(engine: Engine) -> None:
    actor = SimpleNamespace(post_label="Trực ban Công an", organisation_name="Công an phường Đức Xuân")
    request = RequestFactory().get("/")
    request.actor = actor
    words = [{"label": f"Mục {n}", "url": f"/{n}", "here": n == 2} for n in range(1, 6)]
    context = RequestContext(request, {"request": request, "user": SimpleNamespace(is_authenticated=True), "navigation": words, "demo": True})
    html = engine.get_template("base.html").render(context)
    assert "Trực ban Công an" in html and "Công an phường Đức Xuân" in html and "Dữ liệu mẫu" in html
    assert '<main id="noi-dung" tabindex="-1"' in html and 'href="#noi-dung"' in html
    assert 'href="/2" aria-current="page"' in html and "Thoát" in html
    assert "Không nhập thông tin bí mật nhà nước." in html
