"""Tokens of service accounts as others judge them: by the published keys, and by a review."""

import jwt
from served import Served

TOKENS = "/api/v1/namespaces/default/serviceaccounts/robot/token"
REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews"
EXTRA = "authentication.kubernetes.io/"


async def issued(served: Served, reference: dict | None = None, **spec: object) -> str:
    if served.api.store.get("serviceaccounts", "default", "robot") is None:
        await served.client.create("serviceaccounts", {"metadata": {"name": "robot"}}, "default")
    bound = {"boundObjectRef": {"apiVersion": "v1"} | reference} if reference else {}
    reply = await served.call("POST", TOKENS, {"spec": spec | bound})
    assert reply.status == 201, reply.text
    return reply.body["status"]["token"]


async def reviewed(served: Served, token: str, *audiences: str) -> dict:
    return (await served.call("POST", REVIEWS, {"spec": {"token": token, "audiences": list(audiences)}})).body["status"]


async def running_pod(served: Served) -> dict:
    await served.client.create("nodes", {"metadata": {"name": "worker"}})
    await served.client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    spec = {"nodeName": "worker", "containers": [{"name": "a", "image": "python:3.13"}]}
    return await served.client.create("pods", {"metadata": {"name": "web"}, "spec": spec}, "default")


async def test_the_issuer_publishes_the_key_of_its_tokens(served: Served) -> None:
    token = await issued(served, audiences=["vault"])
    found = await served.call("GET", "/.well-known/openid-configuration")
    assert found.headers["Content-Type"] == "application/json"
    assert found.headers["Cache-Control"] == "public, max-age=3600"
    claims = jwt.decode(token, options={"verify_signature": False})
    assert found.body["issuer"] == claims["iss"] and found.body["response_types_supported"] == ["id_token"]
    assert found.body["jwks_uri"] == f"{served.server.url}/openid/v1/jwks"
    keys = await served.call("GET", "/openid/v1/jwks")
    assert keys.headers["Content-Type"] == "application/jwk-set+json"
    (key,) = jwt.PyJWKSet.from_json(keys.text).keys
    assert key.key_id == jwt.get_unverified_header(token)["kid"]
    algorithms = found.body["id_token_signing_alg_values_supported"]
    assert jwt.decode(token, key, algorithms=algorithms, audience="vault")["sub"].endswith(":default:robot")


async def test_the_issuer_tells_those_who_may_ask(served: Served) -> None:
    token = await issued(served)
    assert (await served.call("GET", "/openid/v1/jwks", token="")).status == 403
    # system:service-account-issuer-discovery is bound to all service accounts, and so are their tokens
    assert (await served.call("GET", "/openid/v1/jwks", token=token)).status == 200


async def test_a_review_tells_where_the_pod_of_a_token_runs(served: Served) -> None:
    pod = await running_pod(served)
    token = await issued(served, {"kind": "Pod", "name": "web"})
    extra = (await reviewed(served, token))["user"]["extra"]
    node = await served.client.get("nodes", "worker")
    expected = {"pod-name": "web", "pod-uid": pod["metadata"]["uid"], "node-name": "worker"}
    expected |= {"node-uid": node["metadata"]["uid"]}
    assert {key: extra[EXTRA + key] for key in expected} == {key: [value] for key, value in expected.items()}
    identifier = jwt.decode(token, options={"verify_signature": False})["jti"]
    assert extra[f"{EXTRA}credential-id"] == [f"JTI={identifier}"]
    await served.client.delete("nodes", "worker")
    assert (await reviewed(served, token))["authenticated"]
    await served.client.delete("pods", "web", "default", grace=0)
    assert "authenticated" not in await reviewed(served, token)


async def test_a_token_for_somebody_else_is_good_for_him_alone(served: Served) -> None:
    token = await issued(served, audiences=["vault", "bank"])
    assert "authenticated" not in await reviewed(served, token)
    assert (await reviewed(served, token, "other", "vault"))["audiences"] == ["vault"]
    assert (await served.call("GET", "/api", token=token)).status == 401


async def test_a_token_ends_with_the_secret_or_the_node_that_it_is_bound_to(served: Served) -> None:
    await served.client.create("secrets", {"metadata": {"name": "key"}}, "default")
    await served.client.create("nodes", {"metadata": {"name": "worker"}})
    for resource, kind, name in (("secrets", "Secret", "key"), ("nodes", "Node", "worker")):
        token = await issued(served, {"kind": kind, "name": name})
        assert (await reviewed(served, token))["user"]["extra"][f"{EXTRA}{kind.lower()}-name"] == [name]
        await served.client.delete(resource, name, "default" if kind == "Secret" else "")
        assert "authenticated" not in await reviewed(served, token)
