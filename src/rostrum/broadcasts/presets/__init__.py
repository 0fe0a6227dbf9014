"""Presets: where and how a conference is broadcast."""
