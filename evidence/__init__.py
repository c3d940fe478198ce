"""What outlives every process: documents, the attempt ledger, and pushes still to be handed over."""
