"""What the API shows, with the version in which each field came."""

# mypy: disable-error-code="import-untyped,misc"

from __future__ import annotations

import time
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from rest_framework import serializers

from bench.peer_drf.models import Conference, Group, Invitation, User

NO_GROUP = {"id": "@no_group", "display_name": "Users without group", "rights": []}


class VersionedSerializer(serializers.ModelSerializer):
    """Leaves out the fields that the version of the request does not have yet."""

    since: ClassVar[dict[str, int]] = {}

    def get_fields(self) -> dict[str, Any]:
        """The fields of this version."""
        fields: dict[str, Any] = super().get_fields()
        request = self.context.get("request")
        minor = int((request.version if request else "v3.10").removeprefix("v3").removeprefix(".") or 0)
        for name, since in self.since.items():
            if since > minor:
                fields.pop(name)
        return fields


class GroupMiniSerializer(serializers.ModelSerializer):
    """The short form of a group; of the rights it shows `operator_rights` only."""

    rights = serializers.SerializerMethodField()

    class Meta:
        model = Group
        fields: ClassVar = ["id", "display_name", "rights"]

    def get_rights(self, group: Group) -> list[str]:
        """The rights that are shown."""
        return [right for right in group.rights if right == "operator_rights"]


class UserSerializer(VersionedSerializer):
    """An account."""

    since: ClassVar = {"uid": 1}
    uid = serializers.SerializerMethodField()
    groups = GroupMiniSerializer(many=True, read_only=True)

    class Meta:
        model = User
        fields: ClassVar = [
            "id", "uid", "avatar", "login_name", "password", "email", "display_name", "first_name", "last_name",
            "company", "groups", "mobile_phone", "work_phone", "home_phone", "is_active", "status",
        ]  # fmt: skip
        read_only_fields: ClassVar = ["id", "avatar", "status"]
        extra_kwargs: ClassVar = {"password": {"write_only": True}}

    def get_uid(self, user: User) -> str:
        """The id for calls."""
        return f"{user.id}@{settings.SERVER_NAME}"

    def validate_login_name(self, value: str) -> str:
        """The login is kept in lower case."""
        return value.lower()

    def create(self, validated_data: dict[str, Any]) -> User:
        """Keep a new account; its id is the login."""
        if User.objects.count() >= settings.MAX_USERS:
            raise serializers.ValidationError(code="maxUsers")
        validated_data["password"] = make_password(validated_data["password"])
        created: User = User.objects.create(id=validated_data["login_name"], **validated_data)
        return created

    def to_representation(self, instance: User) -> dict[str, Any]:
        """Who is in no group is shown in the pseudo group."""
        shown: dict[str, Any] = super().to_representation(instance)
        shown["groups"] = shown["groups"] or [NO_GROUP]
        return shown


class InvitationMiniSerializer(serializers.ModelSerializer):
    """The short form of an invitation."""

    id = serializers.CharField(source="user_id")

    class Meta:
        model = Invitation
        fields: ClassVar = ["id", "display_name", "translator"]


class ConferenceSerializer(VersionedSerializer):
    """A conference."""

    since: ClassVar = {
        "created_at": 1, "multicast_enable": 1, "multicast_address": 1, "rights": 1, "broadcast_enabled": 1,
        "broadcast_id": 1, "broadcast": 1, "allow_only_planned_participants": 1, "tags": 1, "recording": 1,
        "stream_recording_state": 1, "stream_id": 2, "deeplinks": 2, "connect_urls": 2, "pin_enabled": 4, "pin": 4,
        "meeting_room": 4, "on_join_mute_mic": 4, "on_join_mute_camera": 4, "registration": 4, "vad_selector": 5,
        "max_guests": 6, "participants_lock_enabled": 7, "reminders_enabled": 7, "reminders": 7,
        "waiting_room_enabled": 7, "waiting_room_scope": 7, "origin_type": 8, "use_translation": 9,
        "translation_flat_volume": 9, "expiration_time_updating_allowed": 9, "expiration_time_alert": 9,
        "sequence_type": 9, "scan_type": 9, "disable_audio_remarks": 9, "mcu_mode": 10, "transcoding": 10,
        "participant_restrictions": 10, "join_options_enabled": 10, "join_options": 9,
    }  # fmt: skip
    owner = serializers.SerializerMethodField()
    invitations = InvitationMiniSerializer(many=True, read_only=True)
    broadcast = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    webclient_url = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    deeplinks = serializers.SerializerMethodField()
    connect_urls = serializers.SerializerMethodField()
    pin_enabled = serializers.SerializerMethodField()

    class Meta:
        model = Conference
        fields: ClassVar = [
            "id", "topic", "description", "owner", "type", "invitations", "created_at", "multicast_enable",
            "multicast_address", "max_podiums", "max_participants", "schedule", "allow_guests", "rights",
            "broadcast_enabled", "broadcast_id", "broadcast", "allow_only_planned_participants", "auto_invite", "url",
            "webclient_url", "state", "tags", "recording", "stream_recording_state", "stream_id", "deeplinks",
            "connect_urls", "pin_enabled", "pin", "meeting_room", "on_join_mute_mic", "on_join_mute_camera",
            "registration", "vad_selector", "max_guests", "participants_lock_enabled", "reminders_enabled",
            "reminders", "waiting_room_enabled", "waiting_room_scope", "origin_type", "use_translation",
            "translation_flat_volume", "expiration_time_updating_allowed", "expiration_time_alert", "sequence_type",
            "scan_type", "disable_audio_remarks", "mcu_mode", "transcoding", "participant_restrictions",
            "join_options_enabled", "join_options",
        ]  # fmt: skip
        read_only_fields: ClassVar = [
            "created_at", "max_podiums", "stream_id", "stream_recording_state", "participants_lock_enabled",
            "origin_type",
        ]  # fmt: skip
        extra_kwargs: ClassVar = {"description": {"trim_whitespace": False}}

    def create(self, validated_data: dict[str, Any]) -> Conference:
        """Keep a new conference and whom it invites, by the names of their accounts."""
        given = {one["id"]: one.get("display_name") for one in self.initial_data["invitations"]}
        names = dict(User.objects.filter(id__in=given).values_list("id", "display_name"))
        places = {"max_podiums": validated_data["max_participants"], "created_at": int(time.time())}
        owner = User.objects.get(id=self.initial_data["owner"])
        with transaction.atomic():
            created: Conference = Conference.objects.create(owner=owner, **places, **validated_data)
            Invitation.objects.bulk_create(
                Invitation(conference=created, user_id=key, position=at, display_name=name or names.get(key, key))
                for at, (key, name) in enumerate(given.items())
            )
        return created

    def get_owner(self, conference: Conference) -> str:
        """The owner's id for calls."""
        return f"{conference.owner_id}@{settings.SERVER_NAME}"

    def get_broadcast(self, conference: Conference) -> str | None:
        """The address of the broadcasting preset."""
        if conference.broadcast_id is None:
            return None
        return str(self._address(f"/api/{self.context['request'].version}/broadcasts/{conference.broadcast_id}"))

    def get_url(self, conference: Conference) -> str:
        """The page of the conference."""
        return self._address(f"/c/{conference.id}")

    def get_webclient_url(self, conference: Conference) -> str:
        """The page of the meeting."""
        return self._address(f"/webrtc/{conference.id}")

    def get_state(self, conference: Conference) -> str:
        """Whether it runs."""
        return "running" if conference.stream_id else "stopped"

    def get_deeplinks(self, conference: Conference) -> dict[str, str]:
        """Links that open an installed client."""
        host = self.context["request"].get_host()
        return {
            "default": f"trueconf:\\c\\{conference.id}@{settings.SERVER_NAME}%23vcs&h={host}",
            "android": f"intent:\\c\\{conference.id}%40{settings.SERVER_NAME}%23vcs%26h%3d{host}"
            "#Intent;scheme=trueconf;package=com.trueconf.videochat;end",
        }

    def get_connect_urls(self, _conference: Conference) -> dict[str, Any]:
        """Addresses for terminals: none without a gateway."""
        return {"sip_external": None, "sip": [], "h323": []}

    def get_pin_enabled(self, conference: Conference) -> bool:
        """Whether a password is set."""
        return conference.pin is not None

    def _address(self, path: str) -> str:
        return str(self.context["request"].build_absolute_uri(path))
