"""In which size a conference is recorded, and what its worker is to be told of it."""

from __future__ import annotations

import msgspec
import pytest

from rostrum.conferences.rules import ConferenceRow
from rostrum.meetings import programme
from rostrum.settings import PictureSettings
from tests.support.api import Api


@pytest.fixture
def row(api: Api) -> ConferenceRow:
    from rostrum.conferences import store  # noqa: PLC0415

    made = api.new_conference()
    found = api.run(lambda db: store.find_conference(db, made["id"]))
    assert isinstance(found, ConferenceRow)
    return found


def test_what_a_conference_wants_counts_when_it_says_so(row: ConferenceRow) -> None:
    own = msgspec.structs.replace(row.transcoding, record_video_quality="1080p", mixer_max_framerate=15)
    for counts, size, fps in ((True, (1920, 1080), 15), (False, (1280, 720), 30)):
        told = msgspec.structs.replace(own, use_local_mixer_config=counts)
        conference = msgspec.structs.replace(row, transcoding=told)
        wanted = programme.video_format(programme.record_quality(conference), programme.frame_rate(conference))
        assert (wanted.width, wanted.height) == size
        assert wanted.fps == programme.about(conference, PictureSettings()).fps == fps
