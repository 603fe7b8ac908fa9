"""Completion in PowerShell, which click does not know."""

import os
from typing import Final

from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

# The words before the cursor go over in an environment variable, one a line; the answer has `value<Tab>help` lines.
# Where nothing is offered, PowerShell offers the files of the folder.
_SCRIPT: Final = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $words = $commandAst.CommandElements | Select-Object -Skip 1 |
            Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object { if ($null -ne $_.Value) { $_.Value } else { $_.Extent.Text } }
        $env:COMP_WORDS = $words -join "`n"
        $env:COMP_INCOMPLETE = $wordToComplete.Trim("'", '"')
        $env:%(complete_var)s = 'powershell_complete'
        & %(prog_name)s | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            $text = if ($value -match "[\\s']") { "'" + $value.Replace("'", "''") + "'" } else { $value }
            $tip = if ($help) { $help } else { $value }
            [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $tip)
        }
    } finally {
        [Console]::OutputEncoding = $encoding
        Remove-Item Env:COMP_WORDS, Env:COMP_INCOMPLETE, Env:%(complete_var)s -ErrorAction SilentlyContinue
    }
}
"""


class PowerShellComplete(ShellComplete):
    """The protocol of the script above."""

    name = "powershell"
    source_template = _SCRIPT

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the cursor, without the program, and the unfinished one."""
        words = os.environ.get("COMP_WORDS", "")
        return words.split("\n") if words else [], os.environ.get("COMP_INCOMPLETE", "")

    def format_completion(self, item: CompletionItem) -> str:
        """Return a value and its help on one line; nothing for a file, which PowerShell completes."""
        text = " ".join((item.help or "").split())
        return f"{item.value}\t{text}"

    def complete(self) -> str:
        """Return the answer to the script."""
        items = self.get_completions(*self.get_completion_args())
        return "\n".join(self.format_completion(item) for item in items if item.type == "plain")


def register() -> None:
    """Make click know this shell."""
    add_completion_class(PowerShellComplete)
