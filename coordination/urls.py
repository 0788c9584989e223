"""Addresses: the ground, then each app, then sign-in."""

from django.urls import include, path, register_converter
from django.views.i18n import set_language
from django.contrib.auth.decorators import login_not_required

from coordination import views
from coordination.codes import CodeConverter

register_converter(CodeConverter, "code")

ground = (
    [
        path("", views.home, name="home"),
        path("healthz", views.healthy, name="healthy"),
        path("vi-tri/", views.choose_post, name="choose_post"),
        path("thong-bao/", views.notice_list, name="notices"),
        path("thong-bao/<int:pk>/mo/", views.open_notice, name="open_notice"),
        path("dia-ban/", views.area, name="area"),
        path("dia-ban/<int:unit>/", views.area_profile, name="area_profile"),
        path("ai-duoc-lam-gi/", views.who_may, name="who_may"),
        path("hop-thu-mau/", views.sample_mailbox, name="mailbox"),
    ],
    "coordination",
)

urlpatterns = [
    path("", include(ground)),
    path("", include("incidents.urls")),
    path("giao-ban/", include("briefings.urls")),
    path("", include("reports.urls")),
    path("ngon-ngu/", login_not_required(set_language), name="set_language"),
    path("tai-khoan/", include("allauth.account.urls")),
]

handler400 = "coordination.views.bad_request"
handler403 = "coordination.views.forbidden"
handler404 = "coordination.views.not_found"
handler500 = "coordination.views.server_error"
