"""Addresses of briefings."""

app_name = "briefings"
urlpatterns: list = []
