"""Addresses of briefings."""

from django.urls import path

from briefings import views

app_name = "briefings"
urlpatterns = [
    path("", views.briefing_list, name="list"),
    path("moi/", views.plan, name="plan"),
    path("<code:code>/", views.detail, name="detail"),
    path("<code:code>/sua/", views.amend, name="amend"),
    path("<code:code>/cap-nhat/", views.refresh, name="refresh"),
    path("<code:code>/mo-hop/", views.hold, name="hold"),
    path("<code:code>/diem-danh/", views.attend, name="attend"),
    path("<code:code>/ket-luan/", views.conclude, name="conclude"),
    path("<code:code>/ket-luan/<int:number>/bo/", views.withdraw, name="withdraw"),
    path("<code:code>/ket-thuc/", views.close, name="close"),
    path("ket-luan/<code:code>/", views.conclusion_detail, name="conclusion"),
    path("ket-luan/<code:code>/da-lam/", views.carry_out, name="carry_out"),
    path("ket-luan/<code:code>/xac-nhan/", views.confirm, name="confirm"),
]
