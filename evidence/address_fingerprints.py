"""What tells an address from all others to whoever has the store's key, and shows none.

address-key    made once in the evidence store, of which the fingerprints are made
"""

import hmac
import json
import secrets

from number_orders.evidence.store import EvidenceStore
from number_orders.runtime.errors import StoreFailedError
from number_orders.workflows.checks import normalised_address
from number_orders.workflows.models import Address

_KEY = "address-key"
_KEY_BYTES = 32


class AddressFingerprints:
    """Those of one evidence store."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store
        self._known_key: bytes | None = None

    async def fingerprint(self, address: Address) -> str:
        """The address's, in hexadecimal: the same for all its spellings.

        Raises a `StoreFailedError` if the store's key is damaged.
        """
        text = json.dumps(normalised_address(address)).encode()
        return hmac.digest(await self._key(), text, "sha256").hex()

    async def _key(self) -> bytes:
        """Made once: another one would find nothing that is there."""
        if self._known_key is None:
            key = await self._store.read(_KEY)
            if key is None:
                await self._store.create(_KEY, secrets.token_bytes(_KEY_BYTES))
                key = await self._store.read(_KEY)
            if key is None or len(key) != _KEY_BYTES:
                raise StoreFailedError(
                    "The evidence store's object address-key is damaged: restore it from a backup;"
                    " with another one no recorded verification would be found"
                )
            self._known_key = key
        return self._known_key
