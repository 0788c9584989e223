"""Addresses of returns and reports."""

app_name = "reports"
urlpatterns: list = []
