"""The tables of the peer."""

# ruff: noqa: DJ001, DJ008 (null means "none" in this API, and nobody looks at the models in an admin page)
# mypy: disable-error-code="import-untyped,misc,var-annotated"

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bench.peer_drf import defaults


class Group(models.Model):
    """A group of accounts."""

    id = models.CharField(max_length=64, primary_key=True)
    display_name = models.CharField(max_length=64)
    rights = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["display_name", "id"]


class User(models.Model):
    """An account."""

    id = models.CharField(max_length=128, primary_key=True)
    login_name = models.CharField(max_length=32, unique=True)
    password = models.CharField(max_length=255)
    avatar = models.CharField(max_length=255, null=True)
    email = models.EmailField(max_length=250, unique=True)
    display_name = models.CharField(max_length=64, db_index=True)
    first_name = models.CharField(max_length=64, blank=True)
    last_name = models.CharField(max_length=64, blank=True)
    company = models.CharField(max_length=64, blank=True)
    groups = models.ManyToManyField(Group, related_name="users")
    mobile_phone = models.CharField(max_length=50, blank=True)
    work_phone = models.CharField(max_length=50, blank=True)
    home_phone = models.CharField(max_length=50, blank=True)
    is_active = models.IntegerField(default=1)
    status = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["id"]

    @property
    def is_authenticated(self) -> bool:
        """What Django asks of an account that stands behind a request."""
        return True


class AccessToken(models.Model):
    """A token; only its hash is kept."""

    hash = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE)
    scope = models.TextField()
    expires_at = models.DateTimeField(null=True)


class Conference(models.Model):
    """A conference."""

    id = models.CharField(max_length=128, primary_key=True)
    topic = models.CharField(max_length=240)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    type = models.IntegerField()
    created_at = models.IntegerField()
    multicast_enable = models.BooleanField(default=False)
    multicast_address = models.CharField(max_length=64, null=True)
    max_podiums = models.IntegerField()
    max_participants = models.IntegerField()
    schedule = models.JSONField()
    allow_guests = models.BooleanField(default=False)
    rights = models.JSONField()
    broadcast_enabled = models.BooleanField(default=False)
    broadcast_id = models.CharField(max_length=64, null=True)
    allow_only_planned_participants = models.BooleanField(default=False)
    auto_invite = models.IntegerField(default=0)
    stream_id = models.CharField(max_length=128, null=True)
    tags = models.JSONField(default=list)
    recording = models.IntegerField(default=0)
    stream_recording_state = models.IntegerField(default=0)
    pin = models.CharField(max_length=64, null=True)
    meeting_room = models.CharField(max_length=240, null=True)
    on_join_mute_mic = models.IntegerField(default=0)
    on_join_mute_camera = models.IntegerField(default=0)
    registration = models.JSONField(default=defaults.registration)
    vad_selector = models.IntegerField(default=0)
    max_guests = models.IntegerField(default=0)
    participants_lock_enabled = models.BooleanField(null=True)
    reminders_enabled = models.BooleanField(default=False)
    reminders = models.JSONField(default=list)
    waiting_room_enabled = models.BooleanField(default=False)
    waiting_room_scope = models.CharField(max_length=16, default="all")
    origin_type = models.CharField(max_length=16, default="restfulapi")
    use_translation = models.BooleanField(default=False)
    translation_flat_volume = models.IntegerField(null=True)
    expiration_time_updating_allowed = models.BooleanField(default=False)
    expiration_time_alert = models.IntegerField(default=0)
    sequence_type = models.IntegerField(default=0)
    scan_type = models.IntegerField(default=0)
    disable_audio_remarks = models.BooleanField(default=False)
    mcu_mode = models.BooleanField(default=False)
    transcoding = models.JSONField(default=defaults.transcoding)
    participant_restrictions = models.JSONField(default=defaults.participant_restrictions)
    join_options_enabled = models.BooleanField(default=False)
    join_options = models.JSONField(default=list)


class Invitation(models.Model):
    """Somebody who is called when a conference starts."""

    conference = models.ForeignKey(Conference, related_name="invitations", on_delete=models.CASCADE)
    user_id = models.CharField(max_length=128)
    position = models.IntegerField()
    display_name = models.CharField(max_length=64)
    translator = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["position"]
