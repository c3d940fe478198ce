"""Many locations at once: from the rows of a table to orders, with all that is wrong in them."""
