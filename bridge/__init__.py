"""Turns TENIOS' push into a signal. Answers 2xx only once Temporal has taken it."""
