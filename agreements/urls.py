"""Addresses of agreements."""

from django.urls import path

from agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.agreement_list, name="list"),
    path("moi/", views.draft, name="draft"),
    path("<code:code>/", views.detail, name="detail"),
    path("<code:code>/sua/", views.amend, name="amend"),
    path("<code:code>/ky/", views.sign, name="sign"),
    path("<code:code>/cham-dut/", views.terminate, name="terminate"),
    path("<code:code>/thay-the/", views.replace, name="replace"),
]
