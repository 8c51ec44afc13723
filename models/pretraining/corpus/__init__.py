"""Builds the training corpus from the packages of Debian and npm; `collect.py` is the way in."""
