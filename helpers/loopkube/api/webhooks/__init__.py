"""Webhooks: programs outside the API server that it asks over HTTPS about an object.

Admission webhooks judge and change what is about to be written (MutatingWebhookConfiguration,
ValidatingWebhookConfiguration); a conversion webhook turns custom objects of one version into another
(CustomResourceDefinition). Read in this order: configurations (which admission webhooks there are), invocation (which
of them a request is for), review (AdmissionReview: what is asked, what may be answered), failures (what a caller is
told), endpoint (where a webhook is), connections (which are kept), transport (the HTTPS request), conversion, versions
(the object as a webhook wants to see it), json_patch, mutating, validating.

Nothing here holds the event loop: the requests are coroutines, for which a verb waits in a thread (`api.outside`).
"""
