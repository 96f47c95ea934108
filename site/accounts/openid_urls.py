"""The URLs of logins by OpenID Connect: imported only if there is a provider, since its client
takes memory in each process."""

from django.urls import path

from accounts import openid_views

urlpatterns = [
    path("login/", openid_views.openid_login, name="openid_login"),
    path("callback/", openid_views.openid_callback, name="openid_callback"),
]
