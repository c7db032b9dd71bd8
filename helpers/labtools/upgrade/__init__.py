"""Old manifests brought to the versions that today's Kubernetes serves, each change with its reason.

Belongs here: Ingress, Deployment (and its kin) and Service in versions that are gone, and a few kinds of which only
the version changed. Does not belong here: kinds that need a decision of their own; they are named, not changed.

Read in this order: `edit` (recorded changes to one document), `comments`, then one file for each family: `ingress`,
`workloads`, `services`, `renames`; `upgrade` (files, folders, and what a reader sees). Source: the deprecated API
migration guide, https://kubernetes.io/docs/reference/using-api/deprecation-guide/, and each version's defaults.
"""
