"""Addresses of cases and referrals."""

from django.urls import path

from incidents.views import cases, duty_desk, intake, people, referrals

app_name = "incidents"
urlpatterns = [
    path("vu-viec/", cases.case_list, name="list"),
    path("vu-viec/bao-nhanh/", intake.quick_report, name="quick_report"),
    path("vu-viec/bao-thay/", intake.report_instead, name="report_instead"),
    path("vu-viec/nhap/", intake.save_draft, name="save_draft"),
    path("vu-viec/<code:code>/", cases.detail, name="detail"),
    path("vu-viec/<code:code>/viet-tiep/", intake.continue_draft, name="continue"),
    path("vu-viec/<code:code>/xoa-nhap/", intake.discard, name="discard"),
    path("vu-viec/<code:code>/bien-nhan/", intake.receipt, name="receipt"),
    path("vu-viec/<code:code>/da-goi/", intake.log_call, name="log_call"),
    path("vu-viec/<code:code>/chuyen-cong-an/", cases.flag, name="flag"),
    path("vu-viec/<code:code>/bao-cao-day-du/", cases.full_report, name="full_report"),
    path("vu-viec/<code:code>/bo-sung/", cases.amend, name="amend"),
    path("vu-viec/<code:code>/cap-quan-ly-da-nhan/", cases.look, name="look"),
    path("vu-viec/<code:code>/ket-thuc/", cases.close, name="close"),
    path("vu-viec/<code:code>/rut/", cases.withdraw, name="withdraw"),
    path("vu-viec/<code:code>/nhap-vao/", cases.merge, name="merge"),
    path("vu-viec/<code:code>/lien-quan-lanh-dao/", cases.keep_out, name="keep_out"),
    path("vu-viec/<code:code>/nguoi-lien-quan/", people.add, name="add_person"),
    path("nguoi-lien-quan/<uuid:uid>/mo/", people.open_person, name="open_person"),
    path("chuyen-den/", referrals.queue, name="queue"),
    path("chuyen-den/ghi-tin-bao/", duty_desk.take_call, name="take_call"),
    path("chuyen-den/<code:code>/xem/", referrals.see, name="see"),
    path("chuyen-den/<code:code>/nhan-tin/", referrals.receive, name="receive"),
    path("chuyen-den/<code:code>/chuyen-tiep/", referrals.forward, name="forward"),
    path("chuyen-den/<code:code>/theo-doi/", referrals.follow_up, name="follow_up"),
    path("chuyen-den/<code:code>/de-nghi-bo-sung/", referrals.ask, name="ask"),
    path("chuyen-den/<code:code>/ghi-chu/", referrals.note, name="note"),
    path("chuyen-den/<code:code>/ket-qua/", referrals.answer, name="answer"),
    path("chuyen-den/<code:code>/da-nhan-ket-qua/", referrals.acknowledge, name="acknowledge"),
    path("chuyen-den/<code:code>/trao-doi-them/", referrals.discuss, name="discuss"),
    path("chuyen-den/<code:code>/de-nghi-cho-y-kien/", referrals.ask_ruling, name="ask_ruling"),
    path("vu-viec/<code:code>/cho-y-kien/", referrals.rule, name="rule"),
    path("de-nghi-bo-sung/<uuid:uid>/tra-loi/", referrals.reply, name="reply"),
]
