"""An RTSP server that takes a stream (RECORD) and keeps it as a Matroska file. Run by the system's own Python.

Arguments: port, file, how the picture and how the sound are taken out of RTP, paths of streams.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402 (after the versions)

port, path, picture, sound, *streams = sys.argv[1:]
Gst.init(None)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_transport_mode(GstRtspServer.RTSPTransportMode.RECORD)
factory.set_latency(200)
factory.set_launch(
    f"( matroskamux name=mux streamable=true ! filesink location={path} sync=false buffer-mode=unbuffered "
    f"{picture} ! queue ! mux. {sound} ! queue ! mux. )"
)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(port)
for stream in streams:
    server.get_mount_points().add_factory(stream, factory)
server.attach(None)
GLib.MainLoop().run()
