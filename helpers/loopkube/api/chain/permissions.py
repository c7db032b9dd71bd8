"""What `authorizer` asks in expressions, answered as the API itself would."""

from loopkube.api.authorization import Asked, Authorizer
from loopkube.api.credentials import User
from loopkube.api.store.store import Store
from loopkube.shared.cel.values import Ask


def asker(store: Store) -> Ask:
    """Answers the questions of `authorizer` from the roles and bindings in the store."""
    answers = Authorizer(store)

    def ask(user: dict, attributes: dict) -> tuple[bool, str]:
        asked = Asked(
            attributes.get("verb", ""),
            attributes.get("group", ""),
            attributes.get("resource", ""),
            attributes.get("subresource", ""),
            attributes.get("namespace", ""),
            attributes.get("name", ""),
            attributes.get("path", ""),
        )
        who = User(user.get("username", ""), tuple(user.get("groups") or ()), user.get("uid", ""))
        return answers.allows(who, asked), ""

    return ask
