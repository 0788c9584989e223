"""The addresses of the portal with single sign-on switched on."""

from django.urls import include, path

from coordination import urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
urlpatterns = [*urls.urlpatterns, path("tai-khoan/", include(urls.by_provider_door))]
