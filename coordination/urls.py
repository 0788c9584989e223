"""Addresses: the ground, then each app, then sign-in."""

from allauth.account import views as allauth
from django.urls import include, path, re_path, register_converter
from django.views.i18n import set_language
from django.contrib.auth.decorators import login_not_required

from coordination.views import areas, handovers, pages, papers, registers
from coordination.codes import CodeConverter

register_converter(CodeConverter, "code")

ground = (
    [
        path("", pages.home, name="home"),
        path("healthz", pages.healthy, name="healthy"),
        path("vi-tri/", pages.choose_post, name="choose_post"),
        path("thong-bao/", pages.notice_list, name="notices"),
        path("thong-bao/<int:pk>/mo/", pages.open_notice, name="open_notice"),
        path("dia-ban/", areas.area, name="area"),
        path("dia-ban/<int:unit>/", areas.area_profile, name="area_profile"),
        path("ai-duoc-lam-gi/", pages.who_may, name="who_may"),
        path("hop-thu-mau/", pages.sample_mailbox, name="mailbox"),
        path("nhap-danh-sach/", registers.register, name="register"),
        path("nhap-danh-sach/mau/<slug:kind>/", registers.template, name="register_template"),
        path("nhap-danh-sach/<code:code>/", registers.preview, name="register_preview"),
        path("nhap-danh-sach/<code:code>/tep/", registers.preview_file, name="register_file"),
        path("nhap-danh-sach/<code:code>/nhap/", registers.confirm, name="register_confirm"),
        path("nhap-danh-sach/<code:code>/bo/", registers.discard, name="register_discard"),
        path("ban-giao/", handovers.handover_list, name="handovers"),
        path("ban-giao/moi/", handovers.split, name="handover_split"),
        path("ban-giao/<code:code>/", handovers.detail, name="handover"),
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
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("signup/", allauth.signup, name="account_signup"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", allauth.password_reset_from_key, name="account_reset_password_from_key"),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
]

urlpatterns = [
    path("", include(ground)),
    path("", include("incidents.urls")),
    path("quy-che/", include("agreements.urls")),
    path("giao-ban/", include("briefings.urls")),
    path("", include("reports.urls")),
    path("ngon-ngu/", login_not_required(set_language), name="set_language"),
    path("tai-khoan/", include(door)),
]

handler400 = "coordination.views.pages.bad_request"
handler403 = "coordination.views.pages.forbidden"
handler404 = "coordination.views.pages.not_found"
handler500 = "coordination.views.pages.server_error"
