"""ConfigMaps, Secrets, ServiceAccounts."""

from datetime import datetime

from loopkube.api.columns.layout import Columns, age, define, name


def _config_map(obj: dict, now: datetime) -> list:
    return [name(obj), len(obj.get("data", {})) + len(obj.get("binaryData", {})), age(obj, now)]


def _secret(obj: dict, now: datetime) -> list:
    return [name(obj), obj.get("type", ""), len(obj.get("data", {})), age(obj, now)]


def _service_account(obj: dict, now: datetime) -> list:
    return [name(obj), len(obj.get("secrets", ())), age(obj, now)]


CONFIG_MAP = Columns(define("Name", "Data", "Age"), _config_map)
SECRET = Columns(define("Name", "Type", "Data", "Age"), _secret)
SERVICE_ACCOUNT = Columns(define("Name", "Secrets", "Age"), _service_account)
