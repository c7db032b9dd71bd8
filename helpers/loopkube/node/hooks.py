"""Lifecycle hooks (postStart, preStop): exec, httpGet and sleep."""

from loopkube.node.probes import Target, check
from loopkube.shared.clock import Clock

HOOK_SECONDS = 30.0


async def run(hook: dict, target: Target, clock: Clock) -> str:
    """Run one hook; returns why it failed, or ``."""
    if "sleep" in hook:
        await clock.sleep(hook["sleep"].get("seconds", 0))
        return ""
    if "exec" in hook:
        command = hook["exec"]["command"]
        try:
            code, output = await target.exec(command, HOOK_SECONDS)
        except (TimeoutError, OSError) as error:
            return f"command '{' '.join(command)}': {error or 'timed out'}"
        return f"command '{' '.join(command)}' exited with {code}: {output.strip()}" if code else ""
    if "httpGet" in hook:
        outcome = await check({"httpGet": hook["httpGet"], "timeoutSeconds": HOOK_SECONDS}, target)
        return "" if outcome.ok else outcome.text
    return f"invalid handler: {', '.join(hook)}"
