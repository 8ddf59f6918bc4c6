"""Faults on the wire: one module a kind, `table.py` names them all. The rest of the application knows none of them."""
