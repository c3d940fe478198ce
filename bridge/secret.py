"""Where TENIOS may present the push secret. Undocumented, so every likely place is looked at."""

import hmac
from typing import Literal

from starlette.requests import Request

from number_orders.bridge.signature import is_signed
from number_orders.evidence.credentials import OWN_NAMES, named_like_secrets
from number_orders.pushes.fields import Content, Field, key_of

Presented = Literal["secret", "wrong", "absent"]


def presented_secret(request: Request, content: Content, secret: str) -> Presented:
    """Whether the push presents the right secret, a wrong one, or none.

    The secret may be presented as a value, or as the key of a signature. A signature that does not
    fit counts as none, since a gateway may sign too. A wrong value counts only under a name that is
    the push secret's alone, in a header, in the query or at the top of the body.
    """
    presented: Presented = "absent"
    around = (*request.headers.items(), *request.query_params.multi_items())
    fields = [*(Field((key_of(name),), value) for name, value in around), *content.fields]
    for path, value in named_like_secrets(fields):
        # All are compared, each in constant time.
        if hmac.compare_digest(value.encode(errors="replace"), secret.encode()):
            presented = "secret"
        elif path[0] in OWN_NAMES and len(path) == 1 and presented == "absent":
            presented = "wrong"
    return "secret" if is_signed(request, content.body, secret) else presented
