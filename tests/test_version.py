from importlib.metadata import version

from rostrum import __version__


def test_the_version_is_the_packages() -> None:
    assert __version__ == version("rostrum")
