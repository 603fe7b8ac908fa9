"""What every rule is, for people: taken from the rules' own docstrings, where that is said once."""

import inspect
import re
from typing import Final

from reconciler.manifest.advice import ADVICE, Advice
from reconciler.manifest.linting.suppressions import MALFORMED, UNUSED
from reconciler.manifest.rules import RULES, Rule
from reconciler.manifest.text.hidden_characters import IN_COMMENT, STRAY
from reconciler.model.problem import RuleText

_FORM: Final = re.compile(r"[a-z-]+: (?P<title>.*?\.)\s*(?P<text>.*)", re.DOTALL)
# What is found before and beside the rules, by parts that find more than one thing.
OF_READING: Final = (
    RuleText("file", "A file can be read, and is text in UTF-8.", "What is not read is not compared."),
    RuleText(
        "yaml", "A file is YAML.", "What cannot be parsed says nothing, and a key that stands twice says two things."
    ),
    RuleText(
        "schema",
        "A manifest has the keys and values that its kind has.",
        "A key that nobody knows is most likely a mistyped one, and what it was to say is not said.",
    ),
    RuleText(
        "password-file",
        "A file of passwords is read by its owner alone, and git does not track it.",
        "Who has a copy of the repository, or another account on the computer, has the passwords.",
    ),
    RuleText(
        STRAY,
        "What is sent or compared has no character that nobody sees, or that looks like another.",
        "A username with a no-break space in it is another username, and looks the same.",
    ),
    RuleText(
        IN_COMMENT,
        "A comment has no character that nobody sees.",
        "It changes nothing where it is, and goes along when somebody copies the line.",
    ),
    RuleText(
        MALFORMED,
        "A comment that waives advice says which, until when and why.",
        "One that lacks any of them waives nothing, while its writer may believe that it does. Errors and warnings are "
        "waived by no comment.",
    ),
    RuleText(
        UNUSED,
        "A comment that waives advice stands where the advice is.",
        "One that waives nothing is left over from what was mended, or stands on the wrong line.",
    ),
)


def rule_texts() -> tuple[RuleText, ...]:
    """Every id that a problem in manifests can have, with its text: reading, rules, advice, in that order."""
    return (*OF_READING, *map(_text, RULES), *map(_text, ADVICE))


def _text(rule: Rule | Advice) -> RuleText:
    """The text of a module whose docstring begins with its id, a colon and a sentence."""
    paragraphs = inspect.cleandoc(rule.__doc__ or "").split("\n\n")
    said = _FORM.fullmatch("\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs))
    if said is None:  # Python was told to leave docstrings out
        return RuleText(rule.ID, rule.ID, "")
    return RuleText(rule.ID, said["title"][:1].upper() + said["title"][1:], said["text"])
