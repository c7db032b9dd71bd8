"""What a person has set for the lab has no say in these tests."""

from lab_settings import *  # noqa: F403 - fixtures
