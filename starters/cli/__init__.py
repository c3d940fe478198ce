"""The command `number-orders`."""
