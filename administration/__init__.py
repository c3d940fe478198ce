"""Installs, checks and moves an installation: namespace, setup, promote, fence, doctor."""
