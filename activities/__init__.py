"""Side effects: each call to TENIOS, and messages to people."""
