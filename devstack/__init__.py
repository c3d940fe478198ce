"""The whole system on one machine, for `dev` and `demo`."""
