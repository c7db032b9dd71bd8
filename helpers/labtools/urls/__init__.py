"""The URL explorer: one host and path, every rule, and who wins by the API, by Traefik and by nginx, with the reason.

Each reader is given the same Ingresses as if they were of its class, so that the readings can be compared. Who answers
on a cluster as it stands is the matter of `labtools.explain`. Belongs here: what nginx under ingress-nginx's rules
makes of plain Ingresses, as a pure function, and the readings side by side. Does not belong here: the API's rules
(`ingress_lab.ingress.rules`) and Traefik's (`labtools.traefik`), which are used.

The page of the site reckons the same in a script, `site/_static/urls.js`; tests/labtools/test_urls_script.py compares
both. The real programs are compared with by tests/flows/test_urls.py.

Read in this order: `typed` (what somebody types), `nginx_uri` (a URL as nginx sees it), `nginx_config` (Ingresses as
servers and locations), `nginx` (who wins there), `readers` (all three), `exploration` (tables), `explore` (of live
rules, or of manifests), `plain` (rules of one line each, and the sets of the page), `words` (what the page needs said).
"""
