"""Which document a row has: named in a column, found by its name in a folder, or one for all."""

from dataclasses import dataclass, field
from pathlib import Path

from number_orders.batches.document_files import (
    CheckedDocuments,
    DocumentFile,
    DocumentFolder,
    file_in,
)
from number_orders.runtime.errors import UsageError


@dataclass
class DocumentLookup:
    """Where the documents of a table's rows are."""

    named_in: Path
    """The folder of the files that a column names."""
    folder: DocumentFolder | None = None
    """What is looked up by the locations' ids."""
    for_all: Path | None = None
    """What is used where a row has none of its own."""
    _checked: CheckedDocuments = field(default_factory=CheckedDocuments)

    def of_row(self, location_id: str | None, named: str | None) -> DocumentFile | None:
        """The document of a row; `None` if nobody can tell while its id is not known.

        Args:
            location_id: The row's, as far as it is known.
            named: What stands in its column.

        Raises:
            UsageError: There is none, or it cannot be sent.
        """
        if named is not None:
            path = file_in(self.named_in, named)
            if self.folder is not None:
                self.folder.used.add(path)
        elif self.folder is not None:
            if location_id is None:
                return None
            path = self.folder.of_location(location_id)
        elif self.for_all is not None:
            path = self.for_all
        else:
            raise UsageError(
                "is missing: name a PDF that proves the address in this column, the folder of PDFs"
                " with --documents, or one for all with --document"
            )
        return self._checked.read(path)
