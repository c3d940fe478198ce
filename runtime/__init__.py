"""What each process needs to run: settings, Temporal, the evidence store, callback keys."""
