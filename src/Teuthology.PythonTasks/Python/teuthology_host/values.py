"""Values of YAML as JSON can carry them: mappings keep keys that are no texts."""
import base64
import datetime


def decode(value):
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    (kind, content), = value.items()
    if kind == "map":
        return {decode(key): decode(item) for key, item in content}
    if kind == "set":
        return {decode(item) for item in content}
    if kind == "bytes":
        return base64.b64decode(content)
    if kind == "date":
        return datetime.date.fromisoformat(content)
    if kind == "time":
        return datetime.datetime.fromisoformat(content)
    if kind == "whole":
        return int(content)
    return float(content)


def encode(value):
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"real": repr(value)}
    if isinstance(value, dict):
        return {"map": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, (set, frozenset)):
        return {"set": [encode(item) for item in value]}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        return {"time": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"date": value.isoformat()}
    if hasattr(value, "__iter__"):
        return [encode(item) for item in value]
    return str(value)
