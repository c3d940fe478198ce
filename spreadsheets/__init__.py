"""Tables as people and programs write them: `.xlsx`, `.xls`, `.ods` and `.csv`.

Knows nothing of orders.
"""
