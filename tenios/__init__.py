"""A typed client of the TENIOS Number Order API. Knows nothing of Temporal or of this project."""
