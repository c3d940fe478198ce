"""Turns TENIOS' push into a signal. Answers 2xx only once Temporal or the evidence store has it."""
