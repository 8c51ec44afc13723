"""Fill-in-the-middle (Bavarian et al. 2022, 2207.14255): which part of a text is taken out, and how the parts are told.

Cuts fall between characters, not tokens: a cursor does too.
"""
import ast
import warnings

from . import bpe

EMPTY = .03      # of all middles: nothing is missing, and the model should say so
NO_SUFFIX = .10  # of all middles: nothing follows, as at the end of a file being written
LONGEST_NODE = 700  # characters


def kinds(line_share):
    """-> (kind, share): how often each kind of middle is chosen, given that of single lines."""
    rest = 1 - line_share
    return ("line", line_share), ("lines", rest * 4 / 11), ("node", rest * 4 / 11), ("span", rest * 3 / 11)


def choose_middle(text, nodes, dice, kinds):
    """-> (start, end) of a middle in characters, of a kind drawn from `kinds`. nodes: spans of syntax nodes inside the text, or None."""
    kind = dice.choices([name for name, _ in kinds], [share for _, share in kinds])[0]
    if kind == "node" and not nodes:
        kind = "span" if dice.random() < .5 else "line"
    start, end = CHOOSERS[kind](text, nodes, dice)
    return (start, start) if dice.random() < EMPTY else (start, end)


def line_rest(text, _, dice):
    """From a caret somewhere in a line to the end of that line."""
    start, end = dice.choice(lines_of(text))
    return dice.randint(indented(text, start, end), end), end


def whole_lines(text, _, dice):
    """One to four lines; half of them with their indentation, which the model then has to produce."""
    lines = lines_of(text)
    first = dice.randrange(len(lines))
    last = min(len(lines) - 1, first + dice.randrange(4))
    start, end = lines[first]
    return (start if dice.random() < .5 else indented(text, start, end)), lines[last][1]


def any_span(text, _, dice):
    return tuple(sorted((dice.randint(0, len(text)), dice.randint(0, len(text)))))


def syntax_node(_, nodes, dice):
    return dice.choice(nodes)


CHOOSERS = {"line": line_rest, "lines": whole_lines, "node": syntax_node, "span": any_span}


def lines_of(text):
    """Spans of the lines that are not blank, without their line breaks; the whole text where all are."""
    spans, start = [], 0
    for line in text.split("\n"):
        if line and not line.isspace():
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans or [(0, len(text))]


def indented(text, start, end):
    """Where the indentation of a line ends."""
    return end - len(text[start:end].lstrip(" \t"))


def syntax_nodes(source):
    """Spans in characters of the statements and expressions of Python source, ascending; none where it does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the source's escapes is no news here
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    starts = [0]  # of each line, in characters
    lines = source.split("\n")
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    spans = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.expr)):
            start = starts[node.lineno - 1] + characters(lines[node.lineno - 1], node.col_offset)
            end = starts[node.end_lineno - 1] + characters(lines[node.end_lineno - 1], node.end_col_offset)
            if 1 < end - start <= LONGEST_NODE:
                spans.add((start, end))
    return sorted(spans)


def characters(line, column):
    """ast counts columns in bytes of UTF-8."""
    return column if line.isascii() else len(line.encode()[:column].decode(errors="ignore"))


def arrange(tokenizer, prefix, middle, suffix, suffix_first):
    """-> token ids: suffix, prefix, middle (SPM) or prefix, suffix, middle (PSM), each behind its token, and the end-of-text token.

    SPM is the paper's first variant. The second, made for models that serve both orders, marks no end of the prefix: a small model
    then cannot tell where the middle began, and hardly ever ends one.
    """
    special, encode = tokenizer.special, tokenizer.encode
    before = [special[bpe.FIM_PREFIX], *encode(prefix)]
    after = [special[bpe.FIM_SUFFIX], *encode(suffix)]
    order = after + before if suffix_first else before + after
    return [*order, special[bpe.FIM_MIDDLE], *encode(middle), special[bpe.END_OF_TEXT]]


def sample(tokenizer, text, nodes, dice, kinds, suffix_first):
    """-> token ids of a text with a part taken out. suffix_first: how often the order is SPM"""
    start, end = choose_middle(text, nodes, dice, kinds)
    suffix = "" if dice.random() < NO_SUFFIX else text[end:]
    return arrange(tokenizer, text[:start], text[start:end], suffix, dice.random() < suffix_first)
