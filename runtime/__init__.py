"""What every process of ours needs to run: settings, Temporal, the evidence store, callback keys."""
