"""Addresses of returns and reports."""

from django.urls import path

from reports.views import reports, returns

app_name = "reports"
urlpatterns = [
    path("bao-cao/", reports.report_list, name="list"),
    path("bao-cao/<code:code>/", reports.detail, name="detail"),
    path("bao-cao/<code:code>/tien-do/", reports.progress, name="progress"),
    path("bao-cao/<code:code>/tep/", reports.report_file, name="file"),
    path("bao-cao/<code:code>/bang-so-lieu/", reports.sheets, name="sheets"),
    path("bao-cao/<code:code>/phan-loi/", reports.words, name="words"),
    path("bao-cao/<code:code>/ban-hanh/", reports.issue, name="issue"),
    path("bao-cao/<code:code>/ky-so/", reports.sign, name="sign"),
    path("bao-cao/<code:code>/ban-da-ky/", reports.signed_file, name="signed"),
    path("bao-cao/<code:code>/tao-lai/", reports.retry, name="retry"),
    path("so-lieu/", returns.returns, name="returns"),
    path("so-lieu/<code:code>/", returns.one_return, name="return"),
    path("theo-doi/", returns.grid, name="grid"),
    path("theo-doi/nhac-tat-ca/", returns.remind_all, name="remind_all"),
    path("theo-doi/<code:code>/nhac/", returns.remind, name="remind"),
    path("theo-doi/<code:code>/mien-nop/", returns.leave_out, name="leave_out"),
    path("theo-doi/<code:code>/bo-mien-nop/", returns.take_back, name="take_back"),
]
