"""Callback addresses and secrets, derived from the workflow id and a key; nothing is stored.

    push_url    = <BRIDGE_PUBLIC_URL>/push/<kid>/<base64url(workflow id)>/<token>
    token       = HMAC-SHA256(key[kid], "url" NUL workflow id)
    push_secret = HMAC-SHA256(key[kid], "secret" NUL workflow id)

Token and secret are 43 characters of base64url; TENIOS allows a secret of up to 64.

A probe is a push to an address of this form whose id is no order's: `number-orders doctor` sends it
through whatever stands in front of the bridge, and a bridge with the same key can answer it:

    proof       = HMAC-SHA256(key[kid], "proof" NUL id)
"""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass, field

KEY_BYTES_AT_LEAST = 16

_PROBE_PREFIX = "probe:"
"""No workflow id begins like this, so a probe's token is never an order's, nor the other way."""


@dataclass(frozen=True)
class Callback:
    """Where TENIOS shall push to for one order, and the secret it shall present."""

    kid: str
    workflow_id: str
    token: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def path(self) -> str:
        """The path below the bridge's public URL. A secret: it must not be logged."""
        return f"/push/{self.kid}/{_encode(self.workflow_id.encode())}/{self.token}"

    @property
    def is_probe(self) -> bool:
        """Whether this is no order's, but asks the bridge who it is."""
        return self.workflow_id.startswith(_PROBE_PREFIX)


@dataclass(frozen=True)
class CallbackKeys:
    """The keys by id. The first one signs, all are accepted, so that they can be rotated."""

    keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "CallbackKeys":
        """Read `kid:base64,kid:base64`.

        Raises:
            ValueError: An entry is of another form, too short or there twice. It repeats no key.
        """
        keys: dict[str, bytes] = {}
        for position, entry in enumerate(text.split(","), start=1):
            kid, colon, encoded = entry.strip().partition(":")
            if not colon or not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", kid):
                raise ValueError(f"entry {position} is not of the form kid:base64")
            if kid in keys:
                raise ValueError(f"the key id of entry {position} stands twice")
            try:
                keys[kid] = base64.b64decode(encoded, validate=True)
            except ValueError:
                # By its place: key and id may have been swapped.
                raise ValueError(f"the key of entry {position} is not base64") from None
            if len(keys[kid]) < KEY_BYTES_AT_LEAST:
                raise ValueError(
                    f"the key of entry {position} has fewer than {KEY_BYTES_AT_LEAST} bytes"
                )
        return cls(keys)

    def callback(self, workflow_id: str) -> Callback:
        """The callback for an order, signed with the first key."""
        return self._derive(next(iter(self.keys)), workflow_id)

    def probe(self, kid: str) -> Callback:
        """A new probe, signed with one of the keys."""
        return self._derive(kid, f"{_PROBE_PREFIX}{secrets.token_hex(16)}")

    def proof(self, probe: Callback) -> str:
        """What only a holder of the probe's key can answer to it."""
        return self._mac(probe.kid, "proof", probe.workflow_id)

    def verify(self, kid: str, encoded_workflow_id: str, token: str) -> Callback | None:
        """The callback that an address stands for, or `None` for anything forged or broken."""
        # An unknown key id takes as long as a known one.
        known = kid in self.keys
        try:
            workflow_id = _decode(encoded_workflow_id).decode()
        except ValueError:
            return None
        callback = self._derive(kid if known else next(iter(self.keys)), workflow_id)
        same = hmac.compare_digest(callback.token.encode(), token.encode(errors="replace"))
        # The one canonical spelling only: no padding, no stray bits.
        canonical = _encode(workflow_id.encode()) == encoded_workflow_id
        return callback if known and same and canonical else None

    def _derive(self, kid: str, workflow_id: str) -> Callback:
        return Callback(
            kid=kid,
            workflow_id=workflow_id,
            token=self._mac(kid, "url", workflow_id),
            secret=self._mac(kid, "secret", workflow_id),
        )

    def _mac(self, kid: str, purpose: str, workflow_id: str) -> str:
        message = f"{purpose}\0{workflow_id}".encode()
        return _encode(hmac.digest(self.keys[kid], message, "sha256"))


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
