#!/usr/bin/env python3
"""Makes the tiny models of the tests, with what the reference libraries compute on them.

    make_models.py [NAME ...]        run from anywhere; writes Models/ beside this file

Only for making the fixtures anew: no test runs it. README.md names the versions it was last run with.
"""
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # this folder is copied into the tests' bundle

import torch
from transformers import logging

from making import adapters, bert, decoders, encoders, roles, routers, tables, variants

MAKERS = (bert, encoders, decoders, variants, roles, adapters, tables, routers)
FOLDER = Path(__file__).resolve().parent / "Models"


def main():
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    makers = {name: maker for maker in MAKERS for name in maker.MODELS}
    chosen = sys.argv[1:] or makers
    if unknown := set(chosen) - set(makers):
        sys.exit(f"no such model: {', '.join(sorted(unknown))}")
    for name in chosen:
        makers[name].make(FOLDER / name)
        print(name, sum(file.stat().st_size for file in (FOLDER / name).rglob("*") if file.is_file()))


if __name__ == "__main__":
    main()
