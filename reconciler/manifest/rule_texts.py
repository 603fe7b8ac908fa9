"""The text of every rule, for people, from the docstrings of the rules."""

import inspect
import re
from typing import Final

from reconciler.manifest.advice import ADVICE, Advice
from reconciler.manifest.linting.suppressions import MALFORMED, UNUSED
from reconciler.manifest.rules import RULES, Rule
from reconciler.manifest.text.hidden_characters import IN_COMMENT, STRAY
from reconciler.model.problem import RuleText

_FORM: Final = re.compile(r"[a-z-]+: (?P<title>.*?\.)\s*(?P<text>.*)", re.DOTALL)
# Found before and beside the rules, by parts that find more than one thing.
OF_READING: Final = (
    RuleText(
        "file",
        "A file can be read, and is UTF-8 text.",
        "A file that cannot be read is not compared with Bromcom. If two files declare the same thing, it is unclear "
        "which one counts.",
    ),
    RuleText(
        "yaml",
        "A file is YAML.",
        "Nothing can be compared until the file is readable. If a key appears twice, most programs silently take the "
        "second.",
    ),
    RuleText(
        "schema",
        "A manifest has the keys and values of its kind.",
        "An unknown key is usually a typing mistake, so what you meant is missing.",
    ),
    RuleText(
        "password-file",
        "A file of passwords is readable by its owner only, and git ignores it.",
        "Everyone with a copy of the repository, or another account on the computer, has the passwords.",
    ),
    RuleText(
        STRAY,
        "A text that is sent or compared has no invisible character, and none that looks like another.",
        "A username with a no-break space is another username, and looks the same.",
    ),
    RuleText(
        IN_COMMENT,
        "A comment has no invisible character.",
        "It does no harm there, but goes along when someone copies the line or removes its `#`.",
    ),
    RuleText(
        MALFORMED,
        "A comment that allows advice says which, until when and why.",
        "Otherwise it allows nothing, but its writer may believe it does. No comment allows an error or a warning.",
    ),
    RuleText(
        UNUSED,
        "A comment that allows advice is where the advice is.",
        "Otherwise the advice no longer applies, or the comment is on the wrong line.",
    ),
)


def rule_texts() -> tuple[RuleText, ...]:
    """Every id that a problem in manifests can have, with its text: reading, rules, advice, in that order."""
    return (*OF_READING, *map(_text, RULES), *map(_text, ADVICE))


def _text(rule: Rule | Advice) -> RuleText:
    """The text of a module whose docstring begins with its id, a colon and a sentence."""
    paragraphs = inspect.cleandoc(rule.__doc__ or "").split("\n\n")
    match = _FORM.fullmatch("\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs))
    if match is None:  # Python was told to leave docstrings out
        return RuleText(rule.ID, rule.ID, "")
    return RuleText(rule.ID, match["title"][:1].upper() + match["title"][1:], match["text"])
