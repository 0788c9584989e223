"""Addresses: the ground, then each app, then sign-in."""

from allauth.account import views as allauth
from django.conf import settings
from django.urls import include, path, re_path, register_converter
from django.views.i18n import set_language
from django.contrib.auth.decorators import login_not_required

from coordination.codes import CodeConverter
from coordination.door.turns import costly
from coordination.views import account_requests, accounts, areas, by_provider, door as own_door, handovers, keeping, keeping_requests, pages, papers, registers, staff_handovers, trail

register_converter(CodeConverter, "code")

ground = (
    [
        path("", pages.home, name="home"),
        path("healthz", pages.healthy, name="healthy"),
        path("vi-tri/", pages.choose_post, name="choose_post"),
        path("tai-khoan/xac-thuc-lai/", own_door.proof, name="proof"),
        path("tai-khoan/xac-thuc-lai/mat-khau/", own_door.password_proof, name="password_proof"),
        path("tai-khoan/xac-thuc/", own_door.own_factors, name="own_factors"),
        path("tai-khoan/xac-thuc/ung-dung/", own_door.enrol_code, name="enrol_code"),
        path("tai-khoan/xac-thuc/khoa/", own_door.enrol_passkey, name="enrol_passkey"),
        path("tai-khoan/xac-thuc/ma-du-phong/", own_door.recovery_codes, name="recovery_codes"),
        path("tai-khoan/phien/", own_door.signed_in, name="signed_in"),
        path("tai-khoan/phien/con-lai/", own_door.time_left, name="time_left"),
        path("loi-moi/", account_requests.invitation, name="invitation"),
        path("tai-khoan-don-vi/", accounts.account_list, name="accounts"),
        path("tai-khoan-don-vi/ma-moi/", accounts.codes, name="account_codes"),
        path("tai-khoan-don-vi/ra-soat/", accounts.review, name="account_review"),
        path("tai-khoan-don-vi/de-nghi/", account_requests.request_list, name="account_requests"),
        path("tai-khoan-don-vi/de-nghi/giao-vi-tri/", account_requests.propose, name="account_propose"),
        path("tai-khoan-don-vi/de-nghi/cap-lai/", account_requests.ask_reset, name="account_ask_reset"),
        path("tai-khoan-don-vi/de-nghi/<code:code>/", account_requests.detail, name="account_request"),
        path("tai-khoan-don-vi/de-nghi/<code:code>/duyet/", account_requests.approve, name="account_request_approve"),
        path("tai-khoan-don-vi/de-nghi/<code:code>/xac-nhan/", account_requests.confirm, name="account_request_confirm"),
        path("tai-khoan-don-vi/de-nghi/<code:code>/khong-chap-thuan/", account_requests.refuse, name="account_request_refuse"),
        path("tai-khoan-don-vi/de-nghi/<code:code>/rut/", account_requests.withdraw, name="account_request_withdraw"),
        path("tai-khoan-don-vi/<code:code>/", accounts.account, name="account"),
        path("tai-khoan-don-vi/<code:code>/ma-moi/", accounts.invite, name="account_invite"),
        path("tai-khoan-don-vi/<code:code>/tam-ngung/", accounts.suspend, name="account_suspend"),
        path("tai-khoan-don-vi/<code:code>/mo-lai/", accounts.reopen, name="account_reopen"),
        path("tai-khoan-don-vi/<code:code>/thoi-giu/", accounts.end, name="account_end"),
        path("thong-bao/", pages.notice_list, name="notices"),
        path("thong-bao/<int:pk>/mo/", pages.open_notice, name="open_notice"),
        path("dia-ban/", areas.area, name="area"),
        path("dia-ban/<int:unit>/", areas.area_profile, name="area_profile"),
        path("ai-duoc-lam-gi/", pages.who_may, name="who_may"),
        path("hop-thu-mau/", pages.sample_mailbox, name="mailbox"),
        path("nhat-ky/", trail.side, name="trail"),
        path("nhat-ky/viec-toi-da-lam/", trail.own, name="own_trail"),
        path("nhat-ky/moc-kiem-tra/", trail.checkpoint, name="trail_checkpoint"),
        path("nhap-danh-sach/", registers.register, name="register"),
        path("nhap-danh-sach/mau/<slug:kind>/", registers.template, name="register_template"),
        path("nhap-danh-sach/<code:code>/", registers.preview, name="register_preview"),
        path("nhap-danh-sach/<code:code>/tep/", registers.preview_file, name="register_file"),
        path("nhap-danh-sach/<code:code>/nhap/", registers.confirm, name="register_confirm"),
        path("nhap-danh-sach/<code:code>/bo/", registers.discard, name="register_discard"),
        path("ban-giao/", handovers.handover_list, name="handovers"),
        path("ban-giao/moi/", handovers.split, name="handover_split"),
        path("ban-giao/<code:code>/", handovers.detail, name="handover"),
        path("ban-giao-cong-viec/", staff_handovers.handover_list, name="staff_handovers"),
        path("ban-giao-cong-viec/moi/", staff_handovers.change, name="staff_handover_new"),
        path("ban-giao-cong-viec/<code:code>/", staff_handovers.detail, name="staff_handover"),
        path("du-lieu/", keeping.rules, name="keeping"),
        path("quyen-ve-du-lieu/", keeping.ask_how, name="ask_how"),
        path("tam-giu/", keeping.hold_list, name="holds"),
        path("tam-giu/<slug:kind>/<code:code>/dat/", keeping.hold_place, name="hold_place"),
        path("tam-giu/<code:code>/", keeping.hold, name="hold"),
        path("tam-giu/<code:code>/giu/", keeping.hold_set, name="hold_set"),
        path("tam-giu/<code:code>/khong-giu/", keeping.hold_decline, name="hold_decline"),
        path("tam-giu/<code:code>/thoi-giu/", keeping.hold_lift, name="hold_lift"),
        path("huy-du-lieu/", keeping.disposal_list, name="disposals"),
        path("huy-du-lieu/<code:code>/", keeping.disposal_detail, name="disposal"),
        path("huy-du-lieu/<code:code>/soat-xet/", keeping.disposal_review, name="disposal_review"),
        path("huy-du-lieu/<code:code>/phe-duyet/", keeping.disposal_approve, name="disposal_approve"),
        path("huy-du-lieu/<code:code>/khong-huy/", keeping.disposal_refuse, name="disposal_refuse"),
        path("yeu-cau-du-lieu/", keeping_requests.request_list, name="requests"),
        path("yeu-cau-du-lieu/moi/", keeping_requests.request_new, name="request_new"),
        path("yeu-cau-du-lieu/<code:code>/", keeping_requests.request_detail, name="request"),
        path("yeu-cau-du-lieu/<code:code>/da-tiep-nhan/", keeping_requests.request_acknowledge, name="request_acknowledge"),
        path("yeu-cau-du-lieu/<code:code>/trinh/", keeping_requests.request_prepare, name="request_prepare"),
        path("yeu-cau-du-lieu/<code:code>/tra-ket-qua/", keeping_requests.request_finish, name="request_finish"),
        path("yeu-cau-du-lieu/<code:code>/tu-choi/", keeping_requests.request_refuse, name="request_refuse"),
        path("yeu-cau-du-lieu/<code:code>/gia-han/", keeping_requests.request_extend, name="request_extend"),
        path("yeu-cau-du-lieu/<code:code>/trich-xuat/", keeping_requests.export_new, name="export_new"),
        path("trich-xuat/<code:code>/", keeping_requests.export_detail, name="export"),
        path("trich-xuat/<code:code>/phe-duyet/", keeping_requests.export_approve, name="export_approve"),
        path("trich-xuat/<code:code>/khong-cho/", keeping_requests.export_refuse, name="export_refuse"),
        path("trich-xuat/<code:code>/tep/", keeping_requests.export_file, name="export_file"),
        path("trich-xuat/<code:code>/da-giao/", keeping_requests.export_hand_over, name="export_hand_over"),
        path("su-co-du-lieu/", keeping_requests.breach_list, name="breaches"),
        path("su-co-du-lieu/moi/", keeping_requests.breach_new, name="breach_new"),
        path("su-co-du-lieu/<code:code>/", keeping_requests.breach_detail, name="breach"),
        path("su-co-du-lieu/<code:code>/bao-tin-dau/", keeping_requests.breach_tell_first, name="breach_tell_first"),
        path("su-co-du-lieu/<code:code>/da-thong-bao/", keeping_requests.breach_notify, name="breach_notify"),
        path("su-co-du-lieu/<code:code>/ket-thuc/", keeping_requests.breach_close, name="breach_close"),
        path("ban-in/<slug:kind>/<code:code>/lap/", papers.order, name="order_paper"),
        path("ban-in/<code:code>/", papers.detail, name="paper"),
        path("ban-in/<code:code>/tien-do/", papers.progress, name="paper_progress"),
        path("ban-in/<code:code>/tep/", papers.file, name="paper_file"),
        path("ban-in/<code:code>/tao-lai/", papers.retry, name="retry_paper"),
    ],
    "coordination",
)

# Sign-in is allauth's; what is not listed here (changing the address of a mailbox, signing up) has no address at all but a closed door.
door = [
    path("login/", costly(own_door.login), name="account_login"),
    path("login/buoc-hai/", own_door.second_step, name="mfa_authenticate"),
    path("logout/", own_door.logout, name="account_logout"),
    path("signup/", allauth.signup, name="account_signup"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("password/change/", costly(own_door.change_password), name="account_change_password"),
    path("password/set/", costly(allauth.password_set), name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", costly(allauth.password_reset_from_key), name="account_reset_password_from_key"),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

# Single sign-on, where a provider is set; nowhere else have these an address.
by_provider_door = [
    path("cong-vu/", by_provider.leave, name="openid_connect_login"),
    path("cong-vu/ve/", by_provider.come_back, name="openid_connect_callback"),
    path("phien/cong-vu/", by_provider.link, name="provider_link"),
]

urlpatterns = [
    path("", include(ground)),
    path("", include("incidents.urls")),
    path("quy-che/", include("agreements.urls")),
    path("giao-ban/", include("briefings.urls")),
    path("", include("reports.urls")),
    path("ngon-ngu/", login_not_required(set_language), name="set_language"),
    path("tai-khoan/", include(door)),
    *([path("tai-khoan/", include(by_provider_door))] if settings.OIDC_ISSUER else []),
]

handler400 = "coordination.views.pages.bad_request"
handler403 = "coordination.views.pages.forbidden"
handler404 = "coordination.views.pages.not_found"
handler500 = "coordination.views.pages.server_error"
