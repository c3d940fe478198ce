"""What outlives all processes: documents, the attempt ledger, pushes still to be handed over."""
