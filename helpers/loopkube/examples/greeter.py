"""A kopf operator: for each Greeting it keeps a ConfigMap with the words.

Run it: `kopf run -n NAMESPACE greeter.py`
"""

import os
from typing import Any

import kopf
from kubernetes import client, config


@kopf.on.login()
def login(**keywords: Any) -> kopf.ConnectionInfo | None:
    """As KUBECONFIG says."""
    return kopf.login_with_kubeconfig(**keywords)


@kopf.on.create("greetings.example.com")
@kopf.on.update("greetings.example.com")
def write(spec: kopf.Spec, name: str, namespace: str, **_: Any) -> dict[str, str]:
    """The ConfigMap belongs to the Greeting, and goes with it where garbage is collected."""
    words = f"Hello, {spec['who']}."
    body: Any = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name},
        "data": {"words": words},
    }
    kopf.adopt(body)
    # the file is named: the client looks at KUBECONFIG only when it is imported
    api = client.CoreV1Api(config.new_client_from_config(config_file=os.environ["KUBECONFIG"]))
    try:
        api.create_namespaced_config_map(namespace, body)
    except client.ApiException as error:
        if error.status != 409:
            raise
        api.patch_namespaced_config_map(name, namespace, body)
    return {"words": words}
