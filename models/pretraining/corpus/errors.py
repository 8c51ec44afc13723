class CollectError(Exception):
    """What went wrong and what would be right, in one line."""
