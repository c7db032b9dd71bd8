"""What does not depend on any Ingress: main, events and http of the template, with the defaults of config.go."""

from affinity import DATES_FILE
from asking import ESCAPING_FILE
from objects import Cluster
from rewriting import http_lines as redirect_lines
from words import block

CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256"
)
LOG_FORMAT = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" '
    '"$http_user_agent" $request_length $request_time [$proxy_upstream_name] [] $upstream_addr '
    "$upstream_response_length $upstream_response_time $upstream_status $req_id"
)
"""The format of ingress-nginx (config.go line 54); a canary's upstream is in $upstream_addr only."""
HSTS = "max-age=31536000; includeSubDomains"
DIRECTIVES = {
    "tcp_nopush": "on",
    "tcp_nodelay": "on",
    "reset_timedout_connection": "on",
    "keepalive_timeout": "75s",
    "keepalive_requests": "1000",
    "client_body_temp_path": "temp_body",
    "proxy_temp_path": "temp_proxy",
    "fastcgi_temp_path": "temp_fastcgi",
    "uwsgi_temp_path": "temp_uwsgi",
    "scgi_temp_path": "temp_scgi",
    "client_header_buffer_size": "1k",
    "client_header_timeout": "60s",
    "large_client_header_buffers": "4 8k",
    "client_body_buffer_size": "8k",
    "client_body_timeout": "60s",
    "http2": "on",
    "http2_max_concurrent_streams": "128",
    "server_names_hash_max_size": "1024",
    "server_names_hash_bucket_size": "256",
    "map_hash_bucket_size": "256",
    "map_hash_max_size": "4096",
    "proxy_headers_hash_max_size": "512",
    "proxy_headers_hash_bucket_size": "64",
    "variables_hash_bucket_size": "256",
    "variables_hash_max_size": "4096",
    "underscores_in_headers": "off",
    "ignore_invalid_headers": "on",
    "limit_req_status": "503",
    "limit_conn_status": "503",
    "default_type": "text/html",
    "server_tokens": "off",
    "uninitialized_variable_warn": "off",
    "server_name_in_redirect": "off",
    "port_in_redirect": "off",
    "ssl_protocols": "TLSv1.2 TLSv1.3",
    "ssl_session_cache": "shared:SSL:10m",
    "ssl_session_timeout": "10m",
    "ssl_session_tickets": "off",
    "ssl_buffer_size": "4k",
    "ssl_ciphers": f'"{CIPHERS}"',
    "ssl_prefer_server_ciphers": "on",
    "proxy_ssl_session_reuse": "on",
    "log_subrequest": "on",
    "log_format": f"upstreaminfo '{LOG_FORMAT}'",
    "access_log": "/dev/stdout upstreaminfo",
}
"""Template lines 249 to 500."""


def main_lines(cluster: Cluster) -> list[str]:
    """Two workers are enough for a lab. The log in a file is what the controller reads after a reload."""
    return [
        *([f"user {cluster.user};"] if cluster.user else []),
        "pid nginx.pid;",
        "worker_processes 2;",
        "worker_shutdown_timeout 240s;",
        "error_log stderr warn;",
        "error_log reload.log notice;",
    ]


def events_lines() -> list[str]:
    return block("events", ["multi_accept on;", "worker_connections 4096;"])


def http_lines(cluster: Cluster) -> list[str]:
    """The same for every cluster, and what depends on this Pod and its nginx."""
    made = [f"{name} {value};" for name, value in DIRECTIVES.items()]
    if "headers-more" in cluster.modules:
        made.append("more_clear_headers Server;")
    cache = "levels=1:2 keys_zone=auth_cache:10m max_size=128m inactive=30m use_temp_path=off"
    made.append(f"proxy_cache_path cache_auth {cache};")
    if "njs" in cluster.modules:
        made += [f"js_import escaping from {ESCAPING_FILE};", "js_set $escaped_request_uri escaping.request_uri;"]
        made += [f"js_import dates from {DATES_FILE};", "js_set $cookie_ends dates.cookie_ends;"]
    if cluster.resolvers:
        made.append(f"resolver {' '.join(cluster.resolvers)} valid=30s ipv6=off;")
    return [*made, *_maps(cluster), *redirect_lines()]


def _maps(cluster: Cluster) -> list[str]:
    """What the template's maps, `set` lines and lua_ingress.lua make of a request."""
    place = cluster.place
    return [
        "map $http_upgrade $connection_upgrade { default upgrade; '' ''; }",
        'map $http_x_request_id $req_id { default $http_x_request_id; "" $request_id; }',
        'map $http_host $best_http_host { default $http_host; "" $host; }',
        "map $scheme $pass_access_scheme { default $scheme; }",
        f"map $server_port $shown_port {{ default $server_port; {place.http} {place.shown_http}; "
        f"{place.https} {place.shown_https}; }}",
        f'map $scheme $hsts {{ default $upstream_http_strict_transport_security; https "{HSTS}"; }}',
        'map $https $if_secure { default ""; on "; Secure"; }',
        'geo $literal_dollar { default "$"; }',
    ]


def status_server(cluster: Cluster) -> list[str]:
    """The 404 behind the default backend (template line 664), and what the kubelet asks."""
    place = cluster.place
    backend = [f"listen {place.address}:{place.default_backend};", "access_log off;", "location / { return 404; }"]
    status = [
        f"listen {place.address}:{place.status};",
        "keepalive_timeout 0;",
        "access_log off;",
        f"location = /healthz {{ return {200 if cluster.ready else 503}; }}",
        "location / { return 404; }",
    ]
    return block("server", backend) + block("server", status)
