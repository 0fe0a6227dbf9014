"""Everything that touches the media engine (LiveKit) or a codec."""
