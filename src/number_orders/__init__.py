"""Orders local phone numbers from TENIOS as durable Temporal workflows.

What is installed is this package. Its folders stand at the top level of the project, where people
look for them; here are links to them. So no other project's `workflows` or `runtime` is ever taken
for ours, nor ours for theirs.
"""
