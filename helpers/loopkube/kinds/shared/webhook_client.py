"""Rules for a webhook's clientConfig, a URL or a Service (apiserver/pkg/util/webhook/validation.go), and for the
versions of its reviews."""

from urllib.parse import urlsplit

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report
from loopkube.shared.status import quoted

PORT = 443
REVIEW_VERSIONS = ("v1", "v1beta1")
_FORM = "; desired format: https://host[/path]"


def defaults(config: dict) -> None:
    if config.get("service"):
        config["service"].setdefault("port", PORT)


def rules(report: Report, path: str, config: dict) -> None:
    """`path` is that of the clientConfig."""
    url, service = config.get("url"), config.get("service")
    if (url is None) == (service is None):
        report.required(path, "exactly one of url or service is required")
    elif url is not None:
        _url(report, f"{path}.url", url)
    elif service is not None:
        _service(report, f"{path}.service", service)


def review_versions(report: Report, path: str, versions: list[str]) -> None:
    """For a list that is not empty; what is said of an empty one differs."""
    for index, version in enumerate(versions):
        if version in versions[:index]:
            report.invalid(f"{path}[{index}]", version, "duplicate version")
        else:
            report.all(f"{path}[{index}]", version, text.dns_1035_label(version))
    if not set(versions) & set(REVIEW_VERSIONS):
        report.invalid(path, versions, f"must include at least one of {', '.join(REVIEW_VERSIONS)}")


def _url(report: Report, path: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.netloc.rpartition("@")[2], parts.port  # a port that is none is found when it is asked for
    except ValueError as error:
        report.required(path, f"url must be a valid URL: parse {quoted(url)}: {error}{_FORM}")
        return
    if parts.scheme != "https":
        report.invalid(path, parts.scheme, f"'https' is the only allowed URL scheme{_FORM}")
    if not host:
        report.invalid(path, host, f"host must be specified{_FORM}")
    if parts.username is not None:
        report.invalid(path, parts.netloc.rpartition("@")[0], "user information is not permitted in the URL")
    if parts.fragment:
        report.invalid(path, parts.fragment, "fragments are not permitted in the URL")
    if parts.query:
        report.invalid(path, parts.query, "query parameters are not permitted in the URL")


def _service(report: Report, path: str, service: dict) -> None:
    for field in ("name", "namespace"):
        if not service.get(field):
            report.required(f"{path}.{field}")
    complaints = text.port_number(service.get("port", 0))
    if complaints:
        report.invalid(f"{path}.port", service.get("port", 0), f"port is not valid: {', '.join(complaints)}")
    _path(report, f"{path}.path", service.get("path") or "")


def _path(report: Report, path: str, value: str) -> None:
    if value in ("", "/"):
        return
    if value == "//":
        report.invalid(path, value, "segment[0] may not be empty")
        return
    if not value.startswith("/"):
        report.invalid(path, value, "must start with a '/'")
    for index, step in enumerate(value[1:].removesuffix("/").split("/")):
        if not step:
            report.invalid(path, value, f"segment[{index}] may not be empty")
        else:
            report.all(path, value, (f"segment[{index}]: {complaint}" for complaint in text.dns_subdomain(step)))
