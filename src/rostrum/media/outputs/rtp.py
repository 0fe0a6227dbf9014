"""RTP packets of one stream, made by FFmpeg, and the words by which a session description tells of it (RFC 8866)."""

from __future__ import annotations

import base64
from typing import Any

import av

from rostrum.media.encoding import AudioEncoder, Encoded, VideoEncoder
from rostrum.media.outputs.output import Sink

_MOST_BYTES = 1_400
_RTCP_TYPES = range(200, 208)


class RtpStream:
    """One stream. `number` is its place in the description: the picture is 0, the sound 1."""

    def __init__(self, encoder: VideoEncoder | AudioEncoder, number: int) -> None:
        self.number = number
        self.description = _video_lines(encoder) if isinstance(encoder, VideoEncoder) else _audio_lines(encoder)
        self.report: bytes | None = None
        """The newest sender report: by it a receiver brings picture and sound together."""
        self._sink = Sink()
        options = {"packetsize": str(_MOST_BYTES)}
        self._container: Any = av.open(self._sink, "w", format="rtp", options=options, buffer_size=_MOST_BYTES)
        self._stream = self._container.add_stream_from_template(encoder.stream)

    def packets(self, encoded: Encoded) -> list[bytes]:
        """The RTP (and now and then RTCP) packets that carry an encoded one."""
        packet = av.Packet(encoded.data)
        packet.pts = packet.dts = encoded.pts
        packet.time_base, packet.is_keyframe, packet.stream = encoded.clock, encoded.keyframe, self._stream
        self._container.mux(packet)
        made, self._sink.made = self._sink.made, []
        for one in made:
            if is_control(one):
                self.report = one
        return made

    def close(self) -> None:
        """Free FFmpeg's part."""
        self._container.close()


def is_control(packet: bytes) -> bool:
    """Whether a packet is RTCP."""
    return packet[1] in _RTCP_TYPES


def _video_lines(encoder: VideoEncoder) -> list[str]:
    if encoder.format.codec == "VP8":
        return ["m=video 0 RTP/AVP 96", "a=rtpmap:96 VP8/90000"]
    sets = [unit for unit in (encoder.stream.codec_context.extradata or b"").split(b"\0\0\0\1") if unit]
    told = ",".join(base64.b64encode(unit).decode() for unit in sets if unit[0] & 31 in {7, 8})
    profile = sets[0][1:4].hex() if sets else "42e01f"
    return [
        "m=video 0 RTP/AVP 96",
        "a=rtpmap:96 H264/90000",
        f"a=fmtp:96 packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={told}",
    ]


def _audio_lines(encoder: AudioEncoder) -> list[str]:
    if encoder.codec == "AAC":
        config = (encoder.stream.codec_context.extradata or b"")[:2].hex()
        return [
            "m=audio 0 RTP/AVP 97",
            "a=rtpmap:97 MPEG4-GENERIC/48000/2",
            f"a=fmtp:97 profile-level-id=1;mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3;config={config}",
        ]
    return {
        "MP3": ["m=audio 0 RTP/AVP 14", "a=rtpmap:14 MPA/90000"],
        "PCM": ["m=audio 0 RTP/AVP 97", "a=rtpmap:97 L16/48000/2"],
        "G711_U": ["m=audio 0 RTP/AVP 0", "a=rtpmap:0 PCMU/8000"],
        "G711_A": ["m=audio 0 RTP/AVP 8", "a=rtpmap:8 PCMA/8000"],
        "OPUS": ["m=audio 0 RTP/AVP 97", "a=rtpmap:97 opus/48000/2"],
    }[encoder.codec]
