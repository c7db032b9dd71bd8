"""The notebooks that keep all rules of "Writing a notebook" (CONTRIBUTING.md); the tests hold them to these.

One name a line, so that two authors who add one each do not meet.
"""

REWRITTEN: tuple[str, ...] = (
    "00_start_here",
    "01_osi_layers",
    "02_services_l4",
    "03_service_vs_ingress",
    "04_cluster_setup",
    "05_ingress_controllers",
    "06_names_and_hosts",
    "07_url_mapping",
    "08_old_manifests",
    "09_tls",
    "10_session_affinity",
    "11_many_ingress_nodes",
    "12_reverse_proxy",
    "13_gateway_api",
    "14_leaving_ingress_nginx",
    "15_rollouts",
    "16_write_a_controller",
    "17_clinic",
    "18_capstone",
)  # fmt: skip
