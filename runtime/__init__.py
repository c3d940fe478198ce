"""What each process needs: settings, the Temporal client, callback keys, telemetry, logs."""
