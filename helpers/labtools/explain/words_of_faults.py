"""Broken links in words: `why`, and the `mend`."""

ENGLISH = {
    "why no ingress": "Nothing is routed, because there is no Ingress.",
    "mend no ingress": "apply an Ingress with a rule for this host and path",
    "why no rule": "No rule has the host {host}.",
    "mend no rule near": "ask for {near}, which has rules, or add a rule for {host}",
    "mend no rule": "add a rule for {host} to an Ingress",
    "why no path": "There are rules for {host}, but none fits {path}: {reason}.",
    "mend no path": "add the path {path} (or `/` for all that is left) to the rule of {host} in Ingress {ingress}",
    "why class": "No controller serves Ingress {ingress}: {problem}.",
    "mend class": "name a class that is there ({classes}):\n  {command}",
    "why ignored": "Traefik passes over this rule: {reason}.",
    "why complaint": "Traefik has made no router of Ingress {ingress}; its log says: {complaint}.",
    "mend complaint": "change that in Ingress {ingress}, or add what it names",
    "why disabled": "Traefik has disabled the router of Ingress {ingress}: {problems}.",
    "mend entry point": "name entry points that there are ({names}):\n  {command}",
    "why external name": "Service {service} is of type ExternalName, and this Traefik passes over such Services.",
    "mend external name": "start Traefik with --providers.kubernetesingress.allowexternalnameservices=true, or give "
    "the Service an EndpointSlice of your own in place of a name",
    "why auth secret": "Ingress {ingress} asks for passwords (auth-type: {kind}), and namespace {namespace} has no "
    "Secret {secret} with a key auth; so Traefik passes over the Ingress.",
    "mend auth secret": "make it from a file called auth, as htpasswd writes it:\n  {command}",
    "mend ignored": "change that in Ingress {ingress}, at {field}",
    "why no service": "Ingress {ingress} names the Service {service}, and namespace {namespace} has none of that name.",
    "mend no service": "name the Service that is meant:\n  {command}",
    "mend no service elsewhere": "an Ingress reaches Services of its own namespace only, and {service} is in {place}: "
    "move one of the two",
    "mend no service at all": "create the Service {service} in namespace {namespace}",
    "why no port": "Ingress {ingress} asks for port {port} of Service {service}, which has {ports}.",
    "mend no port": "name a port that the Service has:\n  {command}",
    "why no selector": "Service {service} selects nobody: it has no selector.",
    "mend no selector": "give it a selector with its Pods' labels, or an EndpointSlice of your own whose label "
    "kubernetes.io/service-name names it",
    "why own not ready": "Service {service} selects nobody; its EndpointSlices are written by hand, and list no "
    "endpoint "
    "that is ready.",
    "mend own not ready": "set conditions.ready of the endpoints to true (in Endpoints: addresses, not "
    "notReadyAddresses)",
    "why own port name": "Service {service} calls the port {name}, and its EndpointSlices, which are written by hand, "
    "call theirs {found}. The names must be the same.",
    "why own no port": "The EndpointSlices of Service {service}, which are written by hand, have no ports.",
    "mend own port name": "give the port the Service's name:\n  {command}",
    "why own refused": "Traefik reached no program at {addresses}, where the EndpointSlices of Service {service} "
    "send it.",
    "mend own refused": "let a program listen there, or correct the addresses",
    "why no pods": "Service {service} selects {labels}, and no Pod in namespace {namespace} carries that.",
    "mend no pods scaled": "Deployment {deployment} makes such Pods, but is told to make none:\n  {command}",
    "mend no pods near": "Pods there carry {near}. If these are meant:\n  {command}",
    "mend no pods": "start Pods with these labels, or select the labels of those that are there",
    "why not ready": "The Pods of Service {service} are there, but none is ready: {pods}.",
    "mend not ready": "see what keeps it:\n  {command}",
    "why no target": "Service {service} sends to the port {target}, and its Pods have no port of that name.",
    "mend no target": "name the port that the Pods have:\n  {command}",
    "why refused": "Traefik reached no program behind Service {service}: nothing listens on port {target} of its Pods.",
    "mend refused near": "the Pods say that they listen on {ports}:\n  {command}",
    "mend refused": "let the program listen there, or change the Service's targetPort",
    "why timeout": "The Pods behind Service {service} take requests and do not answer in time.",
    "mend timeout": "look at what they write:\n  {command}",
    "why broke off": "The Pods behind Service {service} answer {status} when they are asked directly, "
    "but this request's connection broke off.",
    "why silent": "The Pods behind Service {service} take connections, and close them without an HTTP answer.",
    "why tls to http": "Traefik opens TLS to the Pods of Service {service} ({because}), and these speak plain HTTP.",
    "why http to tls": "The Pods of Service {service} speak TLS, and Traefik sends them plain HTTP; hence {status}.",
    "mend protocol": "tell Traefik which protocol they speak:\n  {command}",
    "why untrusted": "Traefik opens TLS to the Pods of Service {service}, and does not trust the certificate "
    "that they show.",
    "mend untrusted": "give Traefik the CA of that certificate, or use class nginx with backend-protocol: HTTPS, "
    "which does not verify it unless proxy-ssl-verify is on",
    "why tls unknown": "Traefik opens TLS to the Pods of Service {service} ({because}), and no TLS came about.",
    "mend tls unknown": "if they speak plain HTTP, tell Traefik so:\n  {command}",
    "why application": "The request arrived: the application {service} itself answered {status}; it saw {path}.",
    "why foreign application": "The request arrived: an application of Service {service} itself answered {status}.",
    "mend forbidden": "the application wants other credentials, or refuses this client; see what it writes:\n  "
    "{command}",
    "mend application": "ask for a path that it knows, or rewrite the path on its way",
    "why rewrite": "The rewriting of Ingress {ingress} turns the path into {path}, and Traefik answers {status}.",
    "mend rewrite": "keep what follows with a group: path {like}, rewrite-target: /$2",
    "why lost": "Inside Traefik this rule has the name of another Ingress' rule, and only one of the two is kept.",
    "mend lost": "give one of the two Ingresses another name",
    "why unavailable": "No entry answered at all: {error}.",
    "mend unavailable": "is the controller running? kubectl get pods -A -l app=traefik",
    "why certificate not named": "No Ingress names a certificate for {host}, so the controller shows one of its own: "
    "{shown}.",
    "mend certificate not named": "name a Secret of type kubernetes.io/tls under spec.tls of the Ingress for {host}",
    "why certificate not there": "Ingress {ingress} names the Secret {secret}, and namespace {namespace} has none of "
    "that "
    "name; so the controller shows {shown}.",
    "mend certificate not there": "kubectl -n {namespace} create secret tls {secret} --cert=FILE --key=FILE",
    "mend certificate elsewhere": "an Ingress reads Secrets of its own namespace only, and {secret} is in {place}: "
    "copy it to {namespace}",
    "why certificate no pair": "Secret {secret} has no tls.crt, or no tls.key; so the controller shows {shown}.",
    "mend certificate no pair": "make it anew: kubectl -n {namespace} create secret tls {secret} --cert=FILE "
    "--key=FILE",
    "why certificate unreadable": "Secret {secret} holds no certificate in PEM; so the controller shows {shown}.",
    "mend certificate unreadable": "make it anew: kubectl -n {namespace} create secret tls {secret} --cert=FILE "
    "--key=FILE",
    "why certificate other key": "The key in Secret {secret} does not belong to the certificate there; so the "
    "controller "
    "shows {shown}.",
    "mend certificate other key": "put the two together that were made together: "
    "kubectl -n {namespace} create secret tls {secret} --cert=FILE --key=FILE",
    "why certificate other names": "The certificate in Secret {secret} is for {names}, not for {host}; so the "
    "controller "
    "shows {shown}.",
    "mend certificate other names": "make a certificate for {host}, and put it into Secret {secret}",
    "why certificate expired": "The certificate for {host} expired on {ends}.",
    "mend certificate expired": "renew it, and put it into its Secret",
    "why certificate too early": "The certificate for {host} is not valid before {begins}.",
    "mend certificate too early": "wait until then, or put a valid one into its Secret; is this machine's clock right?",
    "why certificate not shown": "Ingress {ingress} names Secret {secret}, and the controller shows {shown} all the "
    "same.",
    "mend certificate not shown": "has the controller taken in the last change, and does it serve the class of the "
    "Ingress?",
}
