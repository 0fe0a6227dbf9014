"""The routes."""

# mypy: disable-error-code="import-untyped,misc"

from __future__ import annotations

from django.urls import path

from bench.peer_drf import views

urlpatterns = [
    path("api/<str:version>/users", views.UserList.as_view()),
    path("api/<str:version>/users/<str:pk>", views.UserDetail.as_view()),
    path("api/<str:version>/conferences", views.ConferenceList.as_view()),
    path("api/<str:version>/conferences/<str:pk>", views.ConferenceDetail.as_view()),
]
