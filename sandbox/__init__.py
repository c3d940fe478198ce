"""A stand-in for TENIOS, over real HTTP. Imports nothing of ours: it is an independent witness.

Behaves as the vendor's pages say, and, when told to, as networks and vendors do on bad days.
"""
