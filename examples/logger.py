import logging

logger =
