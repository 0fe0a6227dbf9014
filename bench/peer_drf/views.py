"""The endpoints."""

# mypy: disable-error-code="import-untyped,misc"

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import status
from rest_framework.generics import ListCreateAPIView, RetrieveAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response

from bench.peer_drf.models import Conference, User
from bench.peer_drf.serializers import ConferenceSerializer, UserSerializer


class UserPages(PageNumberPagination):
    """Pages as the API has them: `next_page_id` is -1 at the end."""

    page_query_param = "page_id"
    page_size_query_param = "page_size"
    page_size = 200
    max_page_size = 1000

    def get_paginated_response(self, data: list[Any]) -> Response:
        """One page."""
        following = self.page.next_page_number() if self.page.has_next() else -1
        return Response({"next_page_id": following, "users": data})


class UserList(ListCreateAPIView):
    """Lists and creates accounts."""

    queryset = User.objects.prefetch_related("groups")
    serializer_class = UserSerializer
    pagination_class = UserPages
    scopes: ClassVar = {"GET": {"users", "users:read"}, "POST": {"users", "users:write"}}

    def get_queryset(self) -> Any:
        """All accounts, or those with a part of a name."""
        part = self.request.query_params.get("display_name")
        found = super().get_queryset()
        return found.filter(display_name__icontains=part) if part else found

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create an account; the API answers 200 with the account in `user`."""
        answer = super().create(request, *args, **kwargs)
        return Response({"user": answer.data}, status=status.HTTP_200_OK)


class UserDetail(RetrieveAPIView):
    """Reads one account."""

    queryset = User.objects.prefetch_related("groups")
    serializer_class = UserSerializer
    scopes: ClassVar = {"GET": {"users", "users:read", "users:write"}}

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The account in `user`."""
        return Response({"user": super().retrieve(request, *args, **kwargs).data})


class ConferencePages(PageNumberPagination):
    """Pages as the API has them: `cnt` counts all."""

    page_query_param = "page_id"
    page_size_query_param = "page_size"
    page_size = 200
    max_page_size = 1000

    def get_paginated_response(self, data: list[Any]) -> Response:
        """One page."""
        return Response({"cnt": self.page.paginator.count, "conferences": data})


class ConferenceList(ListCreateAPIView):
    """Lists and creates conferences."""

    queryset = Conference.objects.select_related("owner").prefetch_related("invitations").order_by("created_at", "id")
    serializer_class = ConferenceSerializer
    pagination_class = ConferencePages
    scopes: ClassVar = {"GET": {"conferences", "conferences:read"}, "POST": {"conferences", "conferences:write"}}

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create a conference; the API answers 200 with it in `conference`."""
        answer = super().create(request, *args, **kwargs)
        return Response({"conference": answer.data}, status=status.HTTP_200_OK)


class ConferenceDetail(RetrieveAPIView):
    """Reads one conference."""

    queryset = Conference.objects.select_related("owner").prefetch_related("invitations")
    serializer_class = ConferenceSerializer
    scopes: ClassVar = {"GET": {"conferences", "conferences:read"}}

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The conference in `conference`."""
        return Response({"conference": super().retrieve(request, *args, **kwargs).data})
