"""Broken links in words: `why`, and the `fix`."""

ENGLISH = {
    "why no ingress": "Nothing is routed, because there is no Ingress.",
    "fix no ingress": "apply an Ingress with a rule for this host and path",
    "why no rule": "No rule has the host {host}.",
    "fix no rule near": "ask for {near}, which has rules, or add a rule for {host}",
    "fix no rule": "add a rule for {host} to an Ingress",
    "why no path": "There are rules for {host}, but none fits {path}: {reason}.",
    "fix no path": "add the path {path} (or `/` for all that is left) to the rule of {host} in Ingress {ingress}",
    "why class": "No controller serves Ingress {ingress}: {problem}.",
    "fix class": "name a class that is there ({classes}):\n  {command}",
    "why ignored": "Traefik passes over this rule: {reason}.",
    "why complaint": "Traefik has made no router of Ingress {ingress}; its log says: {complaint}.",
    "fix complaint": "change that in Ingress {ingress}, or add what it names",
    "why disabled": "Traefik has disabled the router of Ingress {ingress}: {problems}.",
    "fix entry point": "name entry points that there are ({names}):\n  {command}",
    "why external name": "Service {service} is of type ExternalName, and this Traefik passes over such Services.",
    "fix external name": "start Traefik with --providers.kubernetesingress.allowexternalnameservices=true, or give "
    "the Service an EndpointSlice of your own in place of a name",
    "why auth secret": "Ingress {ingress} asks for passwords (auth-type: {kind}), and namespace {namespace} has no "
    "Secret {secret} with a key auth; so Traefik passes over the Ingress.",
    "fix auth secret": "make it from a file called auth, as htpasswd writes it:\n  {command}",
    "fix ignored": "change that in Ingress {ingress}, at {field}",
    "why no service": "Ingress {ingress} names the Service {service}, and namespace {namespace} has none of that name.",
    "fix no service": "name the Service that is meant:\n  {command}",
    "fix no service elsewhere": "an Ingress reaches Services of its own namespace only, and {service} is in {place}: "
    "move one of the two",
    "fix no service at all": "create the Service {service} in namespace {namespace}",
    "why no port": "Ingress {ingress} asks for port {port} of Service {service}, which has {ports}.",
    "fix no port": "name a port that the Service has:\n  {command}",
    "why no selector": "Service {service} selects nobody: it has no selector.",
    "fix no selector": "give it a selector with its Pods' labels, or an EndpointSlice of your own whose label "
    "kubernetes.io/service-name names it",
    "why own not ready": "Service {service} selects nobody; its EndpointSlices are written by hand, and list no "
    "endpoint "
    "that is ready.",
    "fix own not ready": "set conditions.ready of the endpoints to true (in Endpoints: addresses, not "
    "notReadyAddresses)",
    "why own port name": "Service {service} calls the port {name}, and its EndpointSlices, which are written by hand, "
    "call theirs {found}. The names must be the same.",
    "why own no port": "The EndpointSlices of Service {service}, which are written by hand, have no ports.",
    "fix own port name": "give the port the Service's name:\n  {command}",
    "why own refused": "Traefik reached no program at {addresses}, where the EndpointSlices of Service {service} "
    "send it.",
    "fix own refused": "let a program listen there, or correct the addresses",
    "why no pods": "Service {service} selects {labels}, and no Pod in namespace {namespace} carries that.",
    "fix no pods scaled": "Deployment {deployment} makes such Pods, but is told to make none:\n  {command}",
    "fix no pods near": "Pods there carry {near}. If these are meant:\n  {command}",
    "fix no pods": "start Pods with these labels, or select the labels of those that are there",
    "why not ready": "The Pods of Service {service} are there, but none is ready: {pods}.",
    "fix not ready": "see what keeps it:\n  {command}",
    "why no target": "Service {service} sends to the port {target}, and its Pods have no port of that name.",
    "fix no target": "name the port that the Pods have:\n  {command}",
    "why refused": "Traefik reached no program behind Service {service}: nothing listens on port {target} of its Pods.",
    "fix refused near": "the Pods say that they listen on {ports}:\n  {command}",
    "fix refused": "let the program listen there, or change the Service's targetPort",
    "why timeout": "The Pods behind Service {service} take requests and do not answer in time.",
    "fix timeout": "look at what they write:\n  {command}",
    "why broke off": "The Pods behind Service {service} answer {status} when they are asked directly, "
    "but this request's connection broke off.",
    "why silent": "The Pods behind Service {service} take connections, and close them without an HTTP answer.",
    "why tls to http": "Traefik opens TLS to the Pods of Service {service} ({because}), and these speak plain HTTP.",
    "why http to tls": "The Pods of Service {service} speak TLS, and Traefik sends them plain HTTP; hence {status}.",
    "fix protocol": "tell Traefik which protocol they speak:\n  {command}",
    "why untrusted": "Traefik opens TLS to the Pods of Service {service}, and does not trust the certificate "
    "that they show.",
    "fix untrusted": "give Traefik the CA of that certificate, or use class nginx with backend-protocol: HTTPS, "
    "which does not verify it unless proxy-ssl-verify is on",
    "why tls unknown": "Traefik opens TLS to the Pods of Service {service} ({because}), and no TLS came about.",
    "fix tls unknown": "if they speak plain HTTP, tell Traefik so:\n  {command}",
    "why application": "The request arrived: the application {service} itself answered {status}; it saw {path}.",
    "why foreign application": "The request arrived: an application of Service {service} itself answered {status}.",
    "fix forbidden": "the application wants other credentials, or refuses this client; see what it writes:\n  "
    "{command}",
    "fix application": "ask for a path that it knows, or rewrite the path on its way",
    "why rewrite": "The rewriting of Ingress {ingress} turns the path into {path}, and Traefik answers {status}.",
    "fix rewrite": "keep what follows with a group: path {like}, rewrite-target: /$2",
    "why lost": "Inside Traefik this rule has the name of another Ingress' rule, and only one of the two is kept.",
    "fix lost": "give one of the two Ingresses another name",
    "why unavailable": "No entry answered at all: {error}.",
    "fix unavailable": "is the controller running? kubectl get pods -A -l app=traefik",
    "why certificate not named": "No Ingress names a certificate for {host}, so the controller shows one of its own: "
    "{shown}.",
    "fix certificate not named": "name a Secret of type kubernetes.io/tls under spec.tls of the Ingress for {host}",
    "why certificate not there": "Ingress {ingress} names the Secret {secret}, and namespace {namespace} has none of "
    "that "
    "name; so the controller shows {shown}.",
    "fix certificate not there": "kubectl -n {namespace} create secret tls {secret} --cert=FILE --key=FILE",
    "fix certificate elsewhere": "an Ingress reads Secrets of its own namespace only, and {secret} is in {place}: "
    "copy it to {namespace}",
    "why certificate no pair": "Secret {secret} has no tls.crt, or no tls.key; so the controller shows {shown}.",
    "fix certificate no pair": "make it anew: kubectl -n {namespace} create secret tls {secret} --cert=FILE --key=FILE",
    "why certificate unreadable": "Secret {secret} holds no certificate in PEM; so the controller shows {shown}.",
    "fix certificate unreadable": "make it anew: kubectl -n {namespace} create secret tls {secret} --cert=FILE "
    "--key=FILE",
    "why certificate other key": "The key in Secret {secret} does not belong to the certificate there; so the "
    "controller "
    "shows {shown}.",
    "fix certificate other key": "put the two together that were made together: "
    "kubectl -n {namespace} create secret tls {secret} --cert=FILE --key=FILE",
    "why certificate other names": "The certificate in Secret {secret} is for {names}, not for {host}; so the "
    "controller "
    "shows {shown}.",
    "fix certificate other names": "make a certificate for {host}, and put it into Secret {secret}",
    "why certificate expired": "The certificate for {host} expired on {ends}.",
    "fix certificate expired": "renew it, and put it into its Secret",
    "why certificate too early": "The certificate for {host} is not valid before {begins}.",
    "fix certificate too early": "wait until then, or put a valid one into its Secret; is this machine's clock right?",
    "why certificate not shown": "Ingress {ingress} names Secret {secret}, and the controller shows {shown} anyway.",
    "fix certificate not shown": "has the controller taken in the last change, and does it serve the class of the "
    "Ingress?",
}
