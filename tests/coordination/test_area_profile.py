"""The profile of an area: numbers from the register that add up two ways, today and for a unit of the past."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coordination import demo
from coordination.models import LearnerCount, Organisation, School, Unit
from coordination.territory.registers import by_type, by_unit, schools_of, whole
from tests.coordination.localities import settle_all
from tests.test_budgets import APART
from tests.world import World

TODAY = date(2026, 11, 20)
LAST_DAY = date(2025, 6, 30)
# The unit, two sums, the schools, the bodies, past or neighbours (two at most), and the bell of the page's head.
QUERIES = 8


@pytest.fixture
def everywhere(db: None) -> World:
    """All five localities and a reader."""
    settle_all()
    return World()


def words(page: str) -> str:
    """What a reader sees, in one line."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split()).replace(" ,", ",")


def unit(code: str, on: date = TODAY) -> Unit:
    return Unit.objects.on(on).get(code=code)


def profile(world: World, place: Unit, who: str = "chuyenvien.so.bk") -> str:
    return words(world.client(who).get(f"/dia-ban/{place.pk}/").content.decode())


def search(world: World, word: str) -> str:
    return words(world.client("principal").get("/dia-ban/", {"q": word}).content.decode())


def test_the_former_city_of_bac_kan_has_29_establishments_and_13185_learners(everywhere: World) -> None:
    page = profile(everywhere, unit("058", LAST_DAY))
    assert "29 cơ sở giáo dục · 13.185 người học" in page
    for line in ("Mầm non 9 2.610", "Tiểu học 8 4.320", "THCS 6 2.985", "THPT 3 2.140", "Cao đẳng 1 720", "GDTX, GDNN-GDTX 1 330", "Giáo dục trẻ khuyết tật 1 80"):
        assert line in page
    for line in ("Phường Bắc Kạn 14 ", "Phường Đức Xuân 12 ", "Xã Phong Quang 3 "):
        assert line in page
    assert page.count("Tổng cộng 29 13.185") == 2
    assert "cộng theo loại hình và cộng theo xã, phường ra cùng một số" in page
    assert page.count("(mẫu)") == 29


def test_an_area_that_ended_says_so_and_leads_to_what_it_became(everywhere: World) -> None:
    old = unit("058", LAST_DAY)
    page = everywhere.client("vhxh.backan").get(f"/dia-ban/{old.pk}/").content.decode()
    assert "Đơn vị hành chính này hoạt động đến hết ngày 30/06/2025" in words(page)
    for code in ("01840", "01843", "01849"):
        assert f'href="/dia-ban/{unit(code).pk}/"' in page
    assert "Công an thành phố Bắc Kạn (đến 28/02/2025) Nay là: Công an phường Bắc Kạn, Công an phường Đức Xuân" in words(page)
    assert "Trực ban" not in words(page)


def test_dead_ends_of_the_past_lead_two_steps_on(everywhere: World) -> None:
    page = profile(everywhere, unit("11389", date(2024, 12, 31)))
    assert "hoạt động đến hết ngày 31/12/2024" in page and "Phường Lê Chân, Thành phố Hải Phòng" in page
    assert "5 cơ sở giáo dục · 2.553 người học" in page
    assert "Ban chỉ đạo 799 phường Dư Hàng (đến 31/12/2024) Nay là: BCĐ 138 phường Lê Chân" in page


def test_a_ward_of_today_has_its_schools_their_managing_bodies_and_its_offices(everywhere: World) -> None:
    page = profile(everywhere, unit("01840"))
    assert "12 cơ sở giáo dục · 5.960 người học" in page and page.count("Tổng cộng 12 5.960") == 2
    assert "Trường THCS Ánh Dương (mẫu) THCS UBND phường Đức Xuân" in page
    assert "Trường THPT Đồi Hoa Ban (mẫu) THPT Sở GD&ĐT Thái Nguyên" in page
    assert "Công an phường Đức Xuân Trực ban: 0900 000 113" in page
    assert "Phường Huyền Tụng – toàn bộ" in page and "Thành phố Bắc Kạn" in page
    assert "đã kết thúc" not in page


def test_a_province_is_the_sum_of_its_wards_and_lists_no_school(everywhere: World) -> None:
    page = profile(everywhere, unit("31"))
    assert "12 cơ sở giáo dục · 9.803 người học" in page and "Phường Lê Chân 6 3.813" in page
    assert "(mẫu)" not in page and "Mở một xã, phường ở bảng trên" in page


def test_an_ended_province_counts_the_schools_of_its_districts(everywhere: World) -> None:
    assert "29 cơ sở giáo dục · 13.185 người học" in profile(everywhere, unit("06", LAST_DAY))


def test_the_sums_by_type_and_by_ward_are_made_apart_and_agree(everywhere: World) -> None:
    for place in Unit.objects.on(TODAY).filter(code__in=["92", "79", "19", "31", "26740", "11383", "01840"]):
        schools = schools_of(place, TODAY)
        assert whole(by_type(schools)) == whole(by_unit(schools))
        assert whole(by_type(schools)).learners == sum(school.learners for school in schools) > 0


def test_the_latest_count_up_to_the_day_is_the_one_that_counts(everywhere: World) -> None:
    school = demo.school_of("BK-MN-09")
    LearnerCount.objects.create(school=school, counted_on=date(2026, 10, 5), learners=300, staff=21)
    LearnerCount.objects.create(school=school, counted_on=date(2026, 12, 5), learners=999, staff=99)
    assert whole(by_type(schools_of(unit("01849"), TODAY))).learners == 710 - 205 + 300


def test_a_school_without_a_count_is_counted_as_a_school(everywhere: World) -> None:
    demo.school_of("BK-MN-09").counts.all().delete()
    page = profile(everywhere, unit("01849"))
    assert "3 cơ sở giáo dục · 505 người học" in page and page.count("Tổng cộng 3 505") == 2
    assert "UBND xã Phong Quang Người học – Nhân sự –" in page


def test_a_school_that_closed_is_counted_no_more(everywhere: World) -> None:
    Organisation.objects.filter(pk=demo.school_of("BK-MN-09").organisation_id).update(valid_to=TODAY)
    assert "28 cơ sở giáo dục · 12.980 người học" in profile(everywhere, unit("058", LAST_DAY))


def test_a_school_of_the_old_da_kao_is_found_under_both_wards_and_counted_in_one(everywhere: World) -> None:
    name, heading = "Trường THCS Hàng Me (mẫu)", "Trường trên địa bàn cũ có một phần nhập vào phường này"
    assigned, other = profile(everywhere, unit("26740")), profile(everywhere, unit("26737"))
    assert f"{name} THCS UBND phường Sài Gòn" in assigned.split(heading)[0] and assigned.count(name) == 1
    counted, _heading, below = other.partition(heading)
    assert "1 cơ sở giáo dục · 310 người học" in counted and name not in counted
    assert f"{name} THCS · địa bàn cũ: Phường Đa Kao · nay thuộc: Phường Sài Gòn" in below


def test_a_ward_that_took_a_whole_neighbour_lists_no_school_twice(everywhere: World) -> None:
    assert "Trường trên địa bàn cũ" not in profile(everywhere, unit("01840"))


def test_bac_kan_is_found_as_the_ward_of_today_and_as_the_city_of_the_past(everywhere: World) -> None:
    page = everywhere.client("principal").get("/dia-ban/", {"q": "bac kan"}).content.decode()
    assert f'href="/dia-ban/{unit("058", LAST_DAY).pk}/"' in page
    listed = words(page).split("Đơn vị hành chính cũ")[1]
    assert "Thành phố Bắc Kạn, Tỉnh Bắc Kạn (đến 30/06/2025)" in listed and "Phường Bắc Kạn" not in listed.split("Trường học")[0]


def test_du_hang_leads_to_le_chan(everywhere: World) -> None:
    assert "Phường Lê Chân, Thành phố Hải Phòng phường Dư Hàng (đến 31/12/2024) → phường Trần Nguyên Hãn → phường Lê Chân" in search(everywhere, "du hang")


def test_a_ward_that_lives_on_unchanged_is_not_listed_as_ended(everywhere: World) -> None:
    assert "Đơn vị hành chính cũ" not in search(everywhere, "cao bo")


def test_a_past_without_records_sends_on_to_today(everywhere: World) -> None:
    page = profile(everywhere, unit("001", LAST_DAY))
    assert "Chưa ghi nhận cơ sở giáo dục nào từng ở trên địa bàn này" in page


def test_a_ward_without_schools_says_so(everywhere: World) -> None:
    empty = Unit.objects.on(TODAY).filter(level="commune", parent__code="01").first()
    assert "Chưa có trường nào của đơn vị này trong danh sách" in profile(everywhere, empty)


@pytest.mark.parametrize("wrong", ["0", "999999999", "9" * 30])
def test_an_unknown_unit_is_not_found(world: World, wrong: str) -> None:
    assert world.client("principal").get(f"/dia-ban/{wrong}/").status_code == 404


@pytest.mark.parametrize(("code", "on"), [("01840", TODAY), ("19", TODAY), ("058", LAST_DAY), ("26737", LAST_DAY)])
def test_queries_do_not_grow_with_schools(everywhere: World, code: str, on: date) -> None:
    place = unit(code, on)
    few = queries(everywhere, place)
    make_schools(40)
    assert queries(everywhere, place) == few <= QUERIES


def queries(world: World, place: Unit) -> int:
    client = world.client("principal")
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/dia-ban/{place.pk}/").status_code == 200
    return len([query for query in asked if not APART.search(query["sql"])])


def make_schools(many: int) -> None:
    """Forty more like the first one, each with its place of the past and of today."""
    like = demo.school_of("BK-CS-01")
    for number in range(many):
        body = Organisation.objects.create(kind="school", name=f"Trường THCS số {number} (mẫu)", unit=like.organisation.unit)
        school = School.objects.create(organisation=body, school_type=like.school_type, managing_body=like.managing_body, department=like.department)
        for stay in like.locations.all():
            school.locations.create(unit=stay.unit, starts_on=stay.starts_on, ends_on=stay.ends_on)
