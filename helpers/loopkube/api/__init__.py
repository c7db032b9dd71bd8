"""The API server: a request from the wire to the store, and out again by watch.

What belongs here: everything that kube-apiserver does for all kinds alike. What does not: what is particular to one
kind (`loopkube.kinds`, asked through its registry), and reactions to objects (controllers, scheduler, node), which see
this package only as a `Client`; only `loopkube.process.startup` puts it together with them.

The way of a request, which is also the reading order:
  server          listen, refuse, hand on
  gate            who asks: Host, token, impersonation (credentials, certificates)
  routing         which resource a path names
  authorization   whether the user may (escalation, reviews; roles, bootstrap: what a cluster begins with)
  call            query, headers, body (options, negotiation)
  resources       the verbs over HTTP (responses); watch_stream; streams, streaming/
  verbs           get, list, watch (lists, watch), and what writes: creating, updating, deleting (deletion, metadata;
                  admitting: what admission is asked, versions, writing: the call of the store)
  preparation     what differs by kind: decode, patch/, admission (plugins/, strategies, validation), managed_fields,
                  custom
  subresources, scale    what is not a plain part of its object
  representation  the object as bytes: JSON, YAML, tables, metadata only
  pages           version, health, discovery, openapi

`errors` has the one exception class, `links` the shape of a node's agent.
"""
