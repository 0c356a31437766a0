"""The server under test runs in the same zone as the tests."""
from datetime import datetime, timezone


def local_datetime_to_utc(local):
    return datetime.fromtimestamp(local.timestamp(), timezone.utc).replace(tzinfo=None)
