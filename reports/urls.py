"""Addresses of returns and reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("bao-cao/", views.report_list, name="list"),
    path("bao-cao/<code:code>/", views.detail, name="detail"),
    path("bao-cao/<code:code>/tien-do/", views.progress, name="progress"),
    path("bao-cao/<code:code>/tep/", views.report_file, name="file"),
    path("bao-cao/<code:code>/tao-lai/", views.retry, name="retry"),
    path("so-lieu/", views.returns, name="returns"),
    path("so-lieu/<code:code>/", views.one_return, name="return"),
    path("theo-doi/", views.grid, name="grid"),
    path("theo-doi/<code:code>/nhac/", views.remind, name="remind"),
]
