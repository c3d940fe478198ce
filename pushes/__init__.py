"""What TENIOS' callback says: bytes to a bounded reading. Judging it is the workflow's."""
