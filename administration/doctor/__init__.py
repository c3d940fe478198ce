"""`number-orders doctor`: looks at everything that an order needs, and says what to do about it."""
