"""Encoders: when packets come out, and what of silence is not made anew."""

from __future__ import annotations

import itertools

import av
import numpy as np
import pytest

from rostrum.media.composition.sound import RATE, Samples
from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.formats import AudioCodec, VideoCodec, VideoFormat

PART = RATE // 10


def picture(light: int) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.full((270, 320), light, np.uint8), "yuv420p")


@pytest.mark.parametrize("codec", ["H264", "VP8"])
def test_a_picture_does_not_wait_for_the_next_one(codec: VideoCodec) -> None:
    encoder = VideoEncoder(VideoFormat(codec=codec, width=320, height=180))
    for at in range(5):
        assert [packet.seconds for packet in encoder.encode(picture(at), at)] == [at]


def encoded(encoder: AudioEncoder, parts: list[Samples], *, anew: bool = False) -> list[Encoded]:
    """The packets of a sound; `anew`: those of silence too."""
    made: list[Encoded] = []
    for at, part in enumerate(parts):
        made += encoder.encode(part, at * PART)
        if anew:
            encoder._silence = b""
    return [*made, *encoder.close()]


def heard(encoder: AudioEncoder, packets: list[Encoded]) -> np.ndarray:
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = encoder.stream.codec_context.extradata
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet.data))]
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def test_silence_is_not_encoded_again_and_again_and_nobody_hears_a_difference() -> None:
    tone = [(np.sin(np.arange(at * PART, (at + 1) * PART) / 20) * 9_000).astype(np.int16) for at in range(20)]
    silence = [np.zeros(PART, np.int16)] * 40
    parts = [*tone, *silence, *tone]
    short, whole = AudioEncoder("AAC"), AudioEncoder("AAC")
    made, anew = encoded(short, parts), encoded(whole, parts, anew=True)
    assert [packet.pts for packet in made] == [packet.pts for packet in anew]
    assert np.abs(heard(short, made) - heard(whole, anew)).max() < 0.001
    asked: list[object] = []
    encoder = AudioEncoder("AAC")
    packets_of = encoder._packets
    encoder._packets = lambda frame: (asked.append(frame), packets_of(frame))[1]  # type: ignore[method-assign]
    assert len(encoded(encoder, silence)) == pytest.approx(40 * PART / 1024, abs=2)
    assert len(asked) < 15


@pytest.mark.parametrize("codec", ["AAC", "MP3", "PCM", "G711_U", "G711_A", "OPUS"])
def test_packets_follow_each_other_without_a_gap(codec: AudioCodec) -> None:
    encoder = AudioEncoder(codec)
    made = encoded(encoder, [np.zeros(PART, np.int16)] * 20)
    steps = {later.pts - one.pts for one, later in itertools.pairwise(made)}
    assert len(steps) == 1
    assert made[-1].seconds == pytest.approx(2, abs=0.05)
