"""first tables."""

from alembic import op
import sqlalchemy as sa

from rostrum.db import metadata as columns

revision = '0001'
down_revision = None


def upgrade() -> None:
    """Apply."""
    op.create_table('applications',
    sa.Column('client_id', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=128), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=True),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('redirect_uris', columns.Json(), nullable=False),
    sa.Column('created_at', columns.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('client_id', name=op.f('pk_applications'))
    )
    op.create_table('broadcast_presets',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('id', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=240), nullable=False),
    sa.Column('type', sa.String(length=16), nullable=False),
    sa.Column('payload', columns.Json(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_broadcast_presets')),
    sa.UniqueConstraint('id', name=op.f('uq_broadcast_presets_id'))
    )
    op.create_table('conference_templates',
    sa.Column('id', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=240), nullable=False),
    sa.Column('object', columns.Json(), nullable=False),
    sa.Column('created_at', columns.Moment(), nullable=False),
    sa.Column('updated_at', columns.Moment(), nullable=False),
    sa.Column('creator_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conference_templates'))
    )
    op.create_table('conferences',
    sa.Column('id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('topic', sa.String(length=240), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('owner', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('type', sa.Integer(), nullable=False),
    sa.Column('created_at', columns.Moment(), nullable=False),
    sa.Column('multicast_enable', sa.Boolean(), nullable=False),
    sa.Column('multicast_address', sa.String(length=64), nullable=True),
    sa.Column('max_podiums', sa.Integer(), nullable=False),
    sa.Column('max_participants', sa.Integer(), nullable=False),
    sa.Column('schedule', columns.Json(), nullable=False),
    sa.Column('allow_guests', sa.Boolean(), nullable=False),
    sa.Column('rights', columns.Json(), nullable=False),
    sa.Column('broadcast_enabled', sa.Boolean(), nullable=False),
    sa.Column('broadcast_id', sa.String(length=64), nullable=True),
    sa.Column('allow_only_planned_participants', sa.Boolean(), nullable=False),
    sa.Column('auto_invite', sa.Integer(), nullable=False),
    sa.Column('tags', columns.Json(), nullable=False),
    sa.Column('recording', sa.Integer(), nullable=False),
    sa.Column('pin', sa.String(length=64), nullable=True),
    sa.Column('meeting_room', sa.String(length=240), nullable=True),
    sa.Column('on_join_mute_mic', sa.Integer(), nullable=False),
    sa.Column('on_join_mute_camera', sa.Integer(), nullable=False),
    sa.Column('registration', columns.Json(), nullable=False),
    sa.Column('vad_selector', sa.Integer(), nullable=False),
    sa.Column('max_guests', sa.Integer(), nullable=False),
    sa.Column('reminders_enabled', sa.Boolean(), nullable=False),
    sa.Column('reminders', columns.Json(), nullable=False),
    sa.Column('waiting_room_enabled', sa.Boolean(), nullable=False),
    sa.Column('waiting_room_scope', sa.String(length=16), nullable=False),
    sa.Column('origin_type', sa.String(length=16), nullable=False),
    sa.Column('use_translation', sa.Boolean(), nullable=False),
    sa.Column('translation_flat_volume', sa.Integer(), nullable=True),
    sa.Column('expiration_time_updating_allowed', sa.Boolean(), nullable=False),
    sa.Column('expiration_time_alert', sa.Integer(), nullable=False),
    sa.Column('sequence_type', sa.Integer(), nullable=False),
    sa.Column('scan_type', sa.Integer(), nullable=False),
    sa.Column('disable_audio_remarks', sa.Boolean(), nullable=False),
    sa.Column('mcu_mode', sa.Boolean(), nullable=False),
    sa.Column('transcoding', columns.Json(), nullable=False),
    sa.Column('participant_restrictions', columns.Json(), nullable=False),
    sa.Column('join_options_enabled', sa.Boolean(), nullable=False),
    sa.Column('join_options', columns.Json(), nullable=False),
    sa.Column('stream_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=True),
    sa.Column('participants_lock_enabled', sa.Boolean(), nullable=True),
    sa.Column('stream_recording_state', sa.Integer(), nullable=False),
    sa.Column('changed_at', columns.Moment(), nullable=True),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conferences')),
    sa.UniqueConstraint('number', name=op.f('uq_conferences_number'))
    )
    with op.batch_alter_table('conferences', schema=None) as batch_op:
        batch_op.create_index('ix_conferences_owner', ['owner'], unique=False)
        batch_op.create_index('ix_conferences_stream_id', ['stream_id'], unique=False)

    op.create_table('events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('event_type', sa.String(length=32), nullable=False),
    sa.Column('object_type', sa.String(length=32), nullable=False),
    sa.Column('object_name', sa.Text(), nullable=False),
    sa.Column('payload', columns.Json(), nullable=False),
    sa.Column('severity', sa.String(length=8), nullable=True),
    sa.Column('invoker_ip', sa.String(length=64), server_default='', nullable=False),
    sa.Column('created_at', columns.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events'))
    )
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_created_at', ['created_at', 'id'], unique=False)

    op.create_table('groups',
    sa.Column('id', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('display_name', sa.String(length=64), nullable=False),
    sa.Column('name_key', sa.String(length=256).with_variant(sa.String(length=256, collation='C'), 'postgresql'), nullable=False),
    sa.Column('rights', columns.Json(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_groups')),
    sa.UniqueConstraint('name_key', name=op.f('uq_groups_name_key'))
    )
    op.create_table('jobs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
    sa.Column('queue', sa.String(length=300).with_variant(sa.String(length=300, collation='C'), 'postgresql'), nullable=True),
    sa.Column('payload', columns.Json(), nullable=False),
    sa.Column('due_at', columns.Moment(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('leased_until', columns.Moment(), nullable=True),
    sa.Column('given_up_at', columns.Moment(), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('key', name=op.f('uq_jobs_key'))
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_due_at', ['due_at'], unique=False)
        batch_op.create_index('ix_jobs_queue', ['queue'], unique=False)

    op.create_table('nodes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('pid', sa.Integer(), nullable=False),
    sa.Column('started', sa.String(length=32), nullable=False),
    sa.Column('alive_at', columns.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nodes'))
    )
    op.create_table('recordings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('stream_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('conference_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('topic', sa.String(length=240), nullable=False),
    sa.Column('owner', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('created_at', columns.Moment(), nullable=False),
    sa.Column('stopped_at', columns.Moment(), nullable=True),
    sa.Column('deleted_at', columns.Moment(), nullable=True),
    sa.Column('size', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recordings'))
    )
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.create_index('ix_recordings_conference_id', ['conference_id'], unique=False)
        batch_op.create_index('ix_recordings_created_at', ['created_at', 'id'], unique=False)

    op.create_table('revisions',
    sa.Column('topic', sa.String(length=32), nullable=False),
    sa.Column('number', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('topic', name=op.f('pk_revisions'))
    )
    op.create_table('sessions',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('conference_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('topic', sa.String(length=240), nullable=False),
    sa.Column('owner', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('mode', sa.Integer(), nullable=False),
    sa.Column('start_time', columns.Moment(), nullable=False),
    sa.Column('end_time', columns.Moment(), nullable=True),
    sa.Column('term_reason', sa.Integer(), nullable=True),
    sa.Column('participant_count', sa.Integer(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_sessions')),
    sa.UniqueConstraint('id', name=op.f('uq_sessions_id'))
    )
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.create_index('ix_sessions_conference_id', ['conference_id'], unique=False)
        batch_op.create_index('ix_sessions_end_time', ['end_time', 'number'], unique=False)
        batch_op.create_index('ix_sessions_start_time', ['start_time', 'number'], unique=False)
        batch_op.create_index('uq_sessions_running', ['conference_id'], unique=True, sqlite_where=sa.text('end_time IS NULL'), postgresql_where=sa.text('end_time IS NULL'))

    op.create_table('settings_log',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('user_name', sa.String(length=128), nullable=False),
    sa.Column('created_at', columns.Moment(), nullable=False),
    sa.Column('object_type', sa.String(length=64), nullable=False),
    sa.Column('object_id', sa.Integer(), nullable=False),
    sa.Column('action_type', sa.String(length=8), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('old_value', sa.Text(), nullable=False),
    sa.Column('new_value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_settings_log'))
    )
    with op.batch_alter_table('settings_log', schema=None) as batch_op:
        batch_op.create_index('ix_settings_log_created_at', ['created_at', 'id'], unique=False)

    op.create_table('sign_in_attempts',
    sa.Column('key', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_at', columns.Moment(), nullable=False),
    sa.Column('blocked_until', columns.Moment(), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_sign_in_attempts'))
    )
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.create_index('ix_sign_in_attempts_last_at', ['last_at'], unique=False)

    op.create_table('users',
    sa.Column('id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('login_name', sa.String(length=32), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('email', sa.String(length=250), server_default='', nullable=False),
    sa.Column('email_key', sa.String(length=250).with_variant(sa.String(length=250, collation='C'), 'postgresql'), nullable=True),
    sa.Column('display_name', sa.String(length=64), nullable=False),
    sa.Column('first_name', sa.String(length=64), server_default='', nullable=False),
    sa.Column('last_name', sa.String(length=64), server_default='', nullable=False),
    sa.Column('company', sa.String(length=64), server_default='', nullable=False),
    sa.Column('mobile_phone', sa.String(length=50), server_default='', nullable=False),
    sa.Column('work_phone', sa.String(length=50), server_default='', nullable=False),
    sa.Column('home_phone', sa.String(length=50), server_default='', nullable=False),
    sa.Column('is_active', sa.Integer(), server_default='1', nullable=False),
    sa.Column('is_admin', sa.Boolean(), nullable=False),
    sa.Column('must_change_password', sa.Boolean(), nullable=False),
    sa.Column('avatar', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=True),
    sa.Column('created_at', columns.Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email_key', name=op.f('uq_users_email_key'))
    )
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.create_index('ix_users_display_name', ['display_name'], unique=False)

    op.create_table('authorization_codes',
    sa.Column('hash', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('client_id', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('user_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('redirect_uri', sa.Text(), nullable=True),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('code_challenge', sa.String(length=128), nullable=True),
    sa.Column('family', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), nullable=False),
    sa.Column('expires_at', columns.Moment(), nullable=False),
    sa.Column('used_at', columns.Moment(), nullable=True),
    sa.ForeignKeyConstraint(['client_id'], ['applications.client_id'], name=op.f('fk_authorization_codes_client_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_authorization_codes_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_authorization_codes'))
    )
    with op.batch_alter_table('authorization_codes', schema=None) as batch_op:
        batch_op.create_index('ix_authorization_codes_client_id', ['client_id'], unique=False)
        batch_op.create_index('ix_authorization_codes_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('ix_authorization_codes_user_id', ['user_id'], unique=False)

    op.create_table('avatars',
    sa.Column('user_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('content_type', sa.String(length=32), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_avatars_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_avatars')),
    sa.UniqueConstraint('name', name=op.f('uq_avatars_name'))
    )
    op.create_table('call_invites',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('session_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('call_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('invited_call_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('invite_time', columns.Moment(), nullable=False),
    sa.Column('is_accepted', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_call_invites_session_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_invites'))
    )
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.create_index('ix_call_invites_session_id', ['session_id', 'invite_time', 'id'], unique=False)

    op.create_table('conference_tags',
    sa.Column('conference_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('tag', sa.String(length=128), nullable=False),
    sa.ForeignKeyConstraint(['conference_id'], ['conferences.id'], name=op.f('fk_conference_tags_conference_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conference_id', 'tag', name=op.f('pk_conference_tags'))
    )
    with op.batch_alter_table('conference_tags', schema=None) as batch_op:
        batch_op.create_index('ix_conference_tags_tag', ['tag'], unique=False)

    op.create_table('connections',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('node', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_connections_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_connections'))
    )
    with op.batch_alter_table('connections', schema=None) as batch_op:
        batch_op.create_index('ix_connections_user_id', ['user_id'], unique=False)

    op.create_table('contacts',
    sa.Column('user_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('contact_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('display_name', sa.String(length=64), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_contacts_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', 'contact_id', name=op.f('pk_contacts'))
    )
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.create_index('ix_contacts_contact_id', ['contact_id'], unique=False)

    op.create_table('group_users',
    sa.Column('group_id', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('user_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['groups.id'], name=op.f('fk_group_users_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_group_users_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('group_id', 'user_id', name=op.f('pk_group_users'))
    )
    with op.batch_alter_table('group_users', schema=None) as batch_op:
        batch_op.create_index('ix_group_users_user_id', ['user_id'], unique=False)

    op.create_table('invitations',
    sa.Column('conference_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('display_name', sa.String(length=64), nullable=False),
    sa.Column('type', sa.String(length=8), nullable=False),
    sa.Column('translator', columns.Json(), nullable=True),
    sa.ForeignKeyConstraint(['conference_id'], ['conferences.id'], name=op.f('fk_invitations_conference_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conference_id', 'id', name=op.f('pk_invitations'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index('ix_invitations_id', ['id'], unique=False)

    op.create_table('messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('session_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('from_call_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('from_display_name', sa.String(length=64), nullable=False),
    sa.Column('to_call_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('time_stamp', columns.Moment(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_messages_session_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_messages'))
    )
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.create_index('ix_messages_session_id', ['session_id'], unique=False)
        batch_op.create_index('ix_messages_time_stamp', ['time_stamp', 'id'], unique=False)

    op.create_table('participations',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('session_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('participant_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('user_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=True),
    sa.Column('display_name', sa.String(length=64), nullable=False),
    sa.Column('role', sa.Integer(), nullable=False),
    sa.Column('is_owner', sa.Boolean(), nullable=False),
    sa.Column('rights', columns.Json(), nullable=False),
    sa.Column('token_hash', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('admitted_at', columns.Moment(), nullable=False),
    sa.Column('join_time', columns.Moment(), nullable=True),
    sa.Column('leave_time', columns.Moment(), nullable=True),
    sa.Column('leave_reason', sa.Integer(), nullable=True),
    sa.Column('engine_sid', sa.String(length=64), nullable=True),
    sa.Column('superseded_sid', sa.String(length=64), nullable=True),
    sa.Column('app_id', sa.String(length=32), server_default='', nullable=False),
    sa.Column('stats_count', sa.Integer(), server_default='0', nullable=False),
    sa.Column('avg_cpu_load', sa.Float(), server_default='0', nullable=False),
    sa.Column('avg_sent_fps', sa.Float(), server_default='0', nullable=False),
    sa.Column('bitrate_in', sa.Float(), server_default='0', nullable=False),
    sa.Column('bitrate_out', sa.Float(), server_default='0', nullable=False),
    sa.Column('video_w', sa.Integer(), server_default='0', nullable=False),
    sa.Column('video_h', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_participations_session_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_participations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_participations_token_hash'))
    )
    with op.batch_alter_table('participations', schema=None) as batch_op:
        batch_op.create_index('ix_participations_session_id', ['session_id'], unique=False)
        batch_op.create_index('ix_participations_user_id', ['user_id'], unique=False)
        batch_op.create_index('uq_participations_present', ['session_id', 'participant_id'], unique=True, sqlite_where=sa.text('leave_time IS NULL'), postgresql_where=sa.text('leave_time IS NULL'))

    op.create_table('presence',
    sa.Column('user_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_presence_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('user_id', name=op.f('pk_presence'))
    )
    op.create_table('registrations',
    sa.Column('participant_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('conference_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=False),
    sa.Column('display_name', sa.String(length=64), nullable=False),
    sa.Column('email_key', sa.String(length=254).with_variant(sa.String(length=254, collation='C'), 'postgresql'), nullable=True),
    sa.Column('fields', columns.Json(), nullable=False),
    sa.Column('created_at', columns.Moment(), nullable=False),
    sa.Column('letter_at', columns.Moment(), nullable=True),
    sa.ForeignKeyConstraint(['conference_id'], ['conferences.id'], name=op.f('fk_registrations_conference_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('participant_id', name=op.f('pk_registrations')),
    sa.UniqueConstraint('conference_id', 'email_key', name=op.f('uq_registrations_conference_id_email_key'))
    )
    op.create_table('tokens',
    sa.Column('hash', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('client_id', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=True),
    sa.Column('user_id', sa.String(length=128).with_variant(sa.String(length=128, collation='C'), 'postgresql'), nullable=True),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('family', sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql'), nullable=False),
    sa.Column('issued_at', columns.Moment(), nullable=False),
    sa.Column('expires_at', columns.Moment(), nullable=True),
    sa.Column('used_at', columns.Moment(), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_tokens_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_tokens'))
    )
    with op.batch_alter_table('tokens', schema=None) as batch_op:
        batch_op.create_index('ix_tokens_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('ix_tokens_family', ['family'], unique=False)
        batch_op.create_index('ix_tokens_user_id', ['user_id'], unique=False)



def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table('tokens', schema=None) as batch_op:
        batch_op.drop_index('ix_tokens_user_id')
        batch_op.drop_index('ix_tokens_family')
        batch_op.drop_index('ix_tokens_expires_at')

    op.drop_table('tokens')
    op.drop_table('registrations')
    op.drop_table('presence')
    with op.batch_alter_table('participations', schema=None) as batch_op:
        batch_op.drop_index('uq_participations_present', sqlite_where=sa.text('leave_time IS NULL'), postgresql_where=sa.text('leave_time IS NULL'))
        batch_op.drop_index('ix_participations_user_id')
        batch_op.drop_index('ix_participations_session_id')

    op.drop_table('participations')
    with op.batch_alter_table('messages', schema=None) as batch_op:
        batch_op.drop_index('ix_messages_time_stamp')
        batch_op.drop_index('ix_messages_session_id')

    op.drop_table('messages')
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_index('ix_invitations_id')

    op.drop_table('invitations')
    with op.batch_alter_table('group_users', schema=None) as batch_op:
        batch_op.drop_index('ix_group_users_user_id')

    op.drop_table('group_users')
    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.drop_index('ix_contacts_contact_id')

    op.drop_table('contacts')
    with op.batch_alter_table('connections', schema=None) as batch_op:
        batch_op.drop_index('ix_connections_user_id')

    op.drop_table('connections')
    with op.batch_alter_table('conference_tags', schema=None) as batch_op:
        batch_op.drop_index('ix_conference_tags_tag')

    op.drop_table('conference_tags')
    with op.batch_alter_table('call_invites', schema=None) as batch_op:
        batch_op.drop_index('ix_call_invites_session_id')

    op.drop_table('call_invites')
    op.drop_table('avatars')
    with op.batch_alter_table('authorization_codes', schema=None) as batch_op:
        batch_op.drop_index('ix_authorization_codes_user_id')
        batch_op.drop_index('ix_authorization_codes_expires_at')
        batch_op.drop_index('ix_authorization_codes_client_id')

    op.drop_table('authorization_codes')
    with op.batch_alter_table('users', schema=None) as batch_op:
        batch_op.drop_index('ix_users_display_name')

    op.drop_table('users')
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.drop_index('ix_sign_in_attempts_last_at')

    op.drop_table('sign_in_attempts')
    with op.batch_alter_table('settings_log', schema=None) as batch_op:
        batch_op.drop_index('ix_settings_log_created_at')

    op.drop_table('settings_log')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_index('uq_sessions_running', sqlite_where=sa.text('end_time IS NULL'), postgresql_where=sa.text('end_time IS NULL'))
        batch_op.drop_index('ix_sessions_start_time')
        batch_op.drop_index('ix_sessions_end_time')
        batch_op.drop_index('ix_sessions_conference_id')

    op.drop_table('sessions')
    op.drop_table('revisions')
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.drop_index('ix_recordings_created_at')
        batch_op.drop_index('ix_recordings_conference_id')

    op.drop_table('recordings')
    op.drop_table('nodes')
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_queue')
        batch_op.drop_index('ix_jobs_due_at')

    op.drop_table('jobs')
    op.drop_table('groups')
    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_created_at')

    op.drop_table('events')
    with op.batch_alter_table('conferences', schema=None) as batch_op:
        batch_op.drop_index('ix_conferences_stream_id')
        batch_op.drop_index('ix_conferences_owner')

    op.drop_table('conferences')
    op.drop_table('conference_templates')
    op.drop_table('broadcast_presets')
    op.drop_table('applications')
