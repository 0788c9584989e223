"""Addresses of returns and reports."""

app_name = "incidents"
urlpatterns: list = []
