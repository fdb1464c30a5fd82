"""How the tiny models of the tests and their expected values are made; make_models.py runs it."""
