"""A certificate authority of the tests' own."""

from pathlib import Path

import trustme


class Authority:
    """A certificate authority, with its files in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._authority = trustme.CA()
        self.certificate = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(self.certificate)

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate for 127.0.0.1, good for a server and for a client, and its key."""
        issued = self._authority.issue_cert("127.0.0.1", common_name=name)
        certificate, key = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        return certificate, key
