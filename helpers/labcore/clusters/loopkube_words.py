"""What loopkube tells of a cluster file and of its own process, as phrases: it says them in English, and knows no lab.

kind's own words in them (`field x not found in type v1alpha4.Node`) stay as they are.
"""

import re
from functools import cache

from labcore.language.messages import Phrase, english, filled, phrase

SAID = (
    phrase("the cluster is paused: process {pid} was stopped by a signal; `kill -CONT {same}` continues it"),
    phrase("another process starts or stops the cluster of {folder}, and does not come to an end"),
    phrase("{where}: {reason}; the cluster needs a folder that it may write to, with some room left"),
    phrase("Containers share this machine's files and processes: {reason}."),
    phrase("Pods share this machine's network: {reason}."),
    phrase("it can be had now"),
    phrase("the package pyroute2 is not installed"),
    phrase("AppArmor keeps user namespaces from programs ({setting}): {error}"),
    phrase("this kernel keeps user namespaces for root ({setting}): {error}"),
    phrase("this system allows no user namespaces ({setting}): {error}"),
    phrase("a seccomp filter, as Docker's, forbids it: {error}"),
    phrase("only Linux has namespaces"),
    phrase("this Python knows no pidfds"),
    phrase("containers run plain, isolated or auto, and not {way}"),
    phrase("the cluster is not running"),
    phrase("the cluster's process does not take orders ({error})"),
    phrase("the cluster started but left no record in {file}"),
    phrase("the cluster ended while starting; its last words are in {log}"),
    phrase("{field} has no meaning here: nodes are not containers"),
    phrase("field {field} not found in type {type}: ignored (kind refuses it)"),
    phrase("{field} {address}: the local cluster listens on 127.0.0.1 only"),
    phrase("The state in {path} was damaged ({error}). It is kept as {aside}; the cluster starts empty."),
    phrase("The API's port {port} was taken by another program; kubeconfig has the new one."),
    phrase("{file} is damaged; it was made anew."),
    phrase("{file} is empty; it was made anew."),
    phrase("{file} is missing; it was made anew."),
    phrase("{file} is not the key of {certificate}; it was made anew."),
    phrase("{file} is valid from {begin} to {end} only; it was made anew."),
    phrase("{file} was not signed by {authority}; it was made anew."),
    phrase("{file} does not name all addresses of the API; it was made anew."),
    phrase("kubeadmConfigPatches: {error}: ignored (kind's node would not start)"),
    phrase("kubeadmConfigPatches: {name} has no meaning here"),
    phrase("{value} is not a duration such as 8s or 1m30s"),
    phrase("{field}: a patch of {version} changes nothing on {kubernetes} (it has {there})"),
    phrase("{field}: node-labels stands in the wrong place (indentation?): no label is set"),
)


def words(text: object) -> str:
    """A sentence of loopkube's with the reader's words; as it is where it is none of these."""
    if isinstance(text, Phrase):
        return text
    said = str(text)
    for template in SAID:
        if found := _pattern(template).fullmatch(said):
            return filled(template, **{name: words(part) for name, part in found.groupdict().items()})
    return said


@cache
def _pattern(template: str) -> re.Pattern[str]:
    literal = re.escape(str(english(template)))
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", literal), re.DOTALL)
