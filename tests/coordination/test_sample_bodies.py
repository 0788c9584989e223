"""The bodies of the sample data: five localities, what stood there before, and a way to each of them."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from coordination import demo
from coordination.models import Appointment, Location, Organisation, OrganisationSuccession, Role, School, Unit, User
from coordination.models.organisations import OrganisationKind
from tests.coordination.localities import settle_all

TODAY = date(2026, 11, 20)
LAST_DAY_OF_DISTRICTS = date(2025, 6, 30)
LAST_DAY_OF_DU_HANG = date(2024, 12, 31)
PLACES = {"ct": "92", "q1": "79", "bk": "19", "hp": "31"}
WARDS = {
    "92": {"ninhkieu": "31135", "caikhe": "31120", "tanan": "31147", "anbinh": "31150", "cairang": "31186", "hungphu": "31201"},
    "79": {"saigon": "26740", "tandinh": "26737", "benthanh": "26743", "cauonglanh": "26758"},
    "19": {"ducxuan": "01840", "backan": "01843", "phongquang": "01849"},
    "31": {"lechan": "11383", "anbien": "11407", "ngoquyen": "11329", "giavien": "11359", "doson": "11455", "haiduong": "10525"},
}
HISTORIC_KINDS = {OrganisationKind.DISTRICT_POLICE, OrganisationKind.DISTRICT_EDUCATION_OFFICE, OrganisationKind.DISTRICT_PC}


@pytest.fixture
def localities(db: None) -> None:
    """All five localities."""
    settle_all()


def works_at(username: str) -> Organisation:
    return Appointment.objects.with_post().held_on(TODAY).get(user__username=username).organisation


def test_the_ward_alone_is_what_the_other_tests_stand_on(db: None) -> None:
    assert (Organisation.objects.count(), User.objects.count(), School.objects.count()) == (20, 39, 12)
    assert set(School.objects.values_list("organisation__unit__code", flat=True)) == {"01840"}


def test_every_post_of_every_locality_has_an_account(localities: None) -> None:
    for place, province in PLACES.items():
        for username, role in (("chuyenvien.so", Role.DOET_OFFICER), ("lanhdao.so", Role.DOET_LEADER), ("vanthu.so", Role.CLERK), ("pa03", Role.PROVINCE_POLICE), ("pc04", Role.PROVINCE_POLICE), ("pc08", Role.PROVINCE_POLICE)):
            held = Appointment.objects.with_post().get(user__username=f"{username}.{place}")
            assert (held.role, held.organisation.unit.code, held.organisation.unit.level) == (role, province, "province")
        for ward, code in WARDS[province].items():
            for username, role in (("ca.phuong", Role.COMMUNE_OFFICER), ("truongca", Role.COMMUNE_CHIEF), ("vhxh", Role.COMMUNE_EDUCATION), ("ubnd", Role.COMMUNE_LEADER)):
                held = Appointment.objects.with_post().get(user__username=f"{username}.{ward}")
                assert (held.role, held.organisation.unit.code, held.organisation.unit.parent.code) == (role, code, province)
    for row in demo.institutions():
        assert works_at(f"hieutruong.{row['code'].lower()}") == works_at(f"canbo.{row['code'].lower()}") == demo.school_of(row["code"]).organisation
    assert Appointment.objects.filter(post__role=Role.COUNSELLOR).count() == len(demo.COUNSELLORS)
    assert check_password(demo.DEMO_PASSWORD, User.objects.get(username="tuvan.ct-pt-01").password)
    assert Role.DPO in Appointment.objects.filter(user__username="dpo").values_list("post__role", flat=True)


def test_an_institution_says_in_its_name_that_it_is_a_sample(localities: None) -> None:
    names = list(School.objects.values_list("organisation__name", flat=True))
    assert len(names) == 60 and all(name.endswith(" (mẫu)") for name in names)


def test_the_register_of_bac_kan_adds_up(localities: None) -> None:
    rows = [row for row in demo.institutions() if row["code"].startswith("BK-")]
    learners: Counter[str] = Counter()
    for row in rows:
        learners[row["type"]] += int(row["learners"])
    assert len(rows) == 29 and sum(learners.values()) == 13185
    assert learners == {
        "preschool": 2610, "primary": 4320, "lower_secondary": 2985, "upper_secondary": 2140, "college": 720,
        "continuing_education_centre": 330, "special_education_centre": 80,
    }  # fmt: skip


def test_a_school_answers_to_the_body_that_manages_it(localities: None) -> None:
    by_the_ward = {"preschool", "independent_class", "primary", "lower_secondary"}
    for school in School.objects.select_related("organisation__unit", "managing_body__unit", "department__unit"):
        commune = school.organisation.unit
        assert (school.department.kind, school.department.unit_id) == (OrganisationKind.DOET, commune.parent_id)
        expected = (OrganisationKind.COMMUNE_PC, commune) if school.school_type in by_the_ward else (OrganisationKind.DOET, commune.parent)
        assert (school.managing_body.kind, school.managing_body.unit) == expected, school
    assert demo.school_of("BK-CD-01").line == "Đơn vị chủ quản riêng, phối hợp qua Sở GD&ĐT Thái Nguyên"
    assert demo.school_of("BK-PT-01").line == "Sở GD&ĐT Thái Nguyên"
    assert demo.school_of("dh-mn-03").line == "UBND phường Lê Chân"


def test_one_body_has_two_symbols(localities: None) -> None:
    symbols = dict(demo.body_of("ca.hp").symbols.values_list("symbol", "is_current"))
    assert symbols == {"CATP": True, "CAHP": False}


def test_no_two_receiving_bodies_open_their_codes_alike(localities: None) -> None:
    letters = list(Organisation.objects.on(TODAY).filter(kind=OrganisationKind.COMMUNE_PC).values_list("initials", flat=True))
    assert len(letters) == 19 and len(set(letters)) == 19 and all(letters)


@pytest.mark.parametrize(
    ("handle", "last_day", "after"),
    [
        ("ca.quan1", date(2025, 2, 28), {"ca.q1", "ca.saigon", "ca.tandinh", "ca.benthanh", "ca.cauonglanh"}),
        ("pgd.quan1", LAST_DAY_OF_DISTRICTS, {"vhxh.saigon", "vhxh.tandinh", "vhxh.benthanh", "vhxh.cauonglanh"}),
        ("ca.tpbackan", date(2025, 2, 28), {"ca.bk", "ca.ducxuan", "ca.backan", "ca.phongquang"}),
        ("ubnd.tpbackan", LAST_DAY_OF_DISTRICTS, {"ubnd.ducxuan", "ubnd.backan", "ubnd.phongquang"}),
        ("ubnd.dakao", LAST_DAY_OF_DISTRICTS, {"ubnd.saigon", "ubnd.tandinh"}),
        ("bcd799.duhang", LAST_DAY_OF_DU_HANG, {"bcd138.lechan"}),
    ],
)
def test_a_body_of_the_past_has_its_last_day_and_its_successors(localities: None, handle: str, last_day: date, after: set[str]) -> None:
    body = demo.body_of(handle)
    assert body.valid_to == last_day + timedelta(days=1)
    assert {link.after for link in body.successions.all()} == {demo.body_of(name) for name in after}


def test_a_body_of_the_past_has_a_unit_of_its_time_and_is_not_there_today(localities: None) -> None:
    ended = Organisation.objects.exclude(valid_to=None).select_related("unit")
    assert len(ended) == 37 and HISTORIC_KINDS <= {body.kind for body in ended}
    for body in ended:
        assert body.unit in Unit.objects.on(body.valid_to - timedelta(days=1)), body
    live = Organisation.objects.on(TODAY)
    assert not live.filter(Q(kind__in=HISTORIC_KINDS) | Q(pk__in=ended)).exists()
    assert not live.filter(unit__valid_to__lte=TODAY).exists()
    assert not Appointment.objects.filter(post__organisation__in=ended).exists()
    assert not OrganisationSuccession.objects.filter(before__valid_to=None).exists()


def test_one_body_of_a_kind_works_in_a_unit_today(localities: None) -> None:
    """The committee and the police of a ward are asked by unit and day; an old body of the same name is never the answer."""
    for code in (code for wards in WARDS.values() for code in wards.values()):
        ward = Unit.objects.on(TODAY).get(code=code)
        kinds = Counter(Organisation.objects.on(TODAY).filter(unit=ward).exclude(kind=OrganisationKind.SCHOOL).values_list("kind", flat=True))
        assert set(kinds.values()) == {1} and {OrganisationKind.COMMUNE_PC, OrganisationKind.CULTURE_SOCIETY_OFFICE, OrganisationKind.COMMUNE_POLICE} <= set(kinds)
        assert Organisation.objects.police_of(ward.pk, TODAY).valid_to is None


def test_a_school_stood_in_another_unit_before(localities: None) -> None:
    stood = [(stay.unit.full_name, stay.starts_on, stay.ends_on) for stay in demo.school_of("DH-TH-01").locations.select_related("unit").order_by("ends_on")]
    assert stood == [
        ("Phường Dư Hàng", None, date(2025, 1, 1)),
        ("Phường Trần Nguyên Hãn", date(2025, 1, 1), date(2025, 7, 1)),
        ("Phường Lê Chân", date(2025, 7, 1), None),
    ]
    on = dict(Location.objects.on(LAST_DAY_OF_DISTRICTS).values_list("school__organisation__name", "unit__full_name"))
    assert on["Trường THCS Hàng Me (mẫu)"] == "Phường Đa Kao" and on["Trường Mầm non Bản Xanh (mẫu)"] == "Xã Dương Quang"


def test_the_last_place_of_every_school_is_its_unit_of_today(localities: None) -> None:
    assert Location.objects.filter(ends_on=None, unit=F("school__organisation__unit")).count() == School.objects.count() == 60
    assert Location.objects.on(LAST_DAY_OF_DISTRICTS).filter(unit__valid_to=date(2025, 7, 1)).count() == 60


@pytest.mark.parametrize(("starts", "ends"), [(None, None), (date(2025, 6, 30), date(2025, 7, 2)), (date(2026, 1, 1), None), (None, date(2024, 1, 1))])
def test_a_school_never_stands_in_two_units_on_a_day(db: None, starts: date | None, ends: date | None) -> None:
    school = demo.school_of("BK-CS-01")
    with pytest.raises(IntegrityError, match="school_stands_in_one_unit_a_day"), transaction.atomic():
        Location.objects.create(school=school, unit=Unit.objects.on(TODAY).get(code="01843"), starts_on=starts, ends_on=ends)


def test_a_place_ends_after_it_starts_and_half_open_days_touch(db: None) -> None:
    school, ward = demo.school_of("BK-CS-01"), Unit.objects.on(TODAY).get(code="01843")
    with pytest.raises(IntegrityError, match="location_ends_after_it_starts|lower bound"), transaction.atomic():
        Location.objects.create(school=school, unit=ward, starts_on=date(2024, 5, 2), ends_on=date(2024, 5, 1))
    Location.objects.filter(school=school, ends_on=None).update(ends_on=TODAY)
    Location.objects.create(school=school, unit=ward, starts_on=TODAY)
    assert Location.objects.on(TODAY).get(school=school).unit == ward


def test_a_body_does_not_succeed_itself(db: None) -> None:
    police = demo.body_of("ca.ducxuan")
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationSuccession.objects.create(before=police, after=police)
