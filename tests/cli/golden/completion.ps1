Register-ArgumentCompleter -Native -CommandName reconciler -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $words = $commandAst.CommandElements | Select-Object -Skip 1 |
            Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            ForEach-Object { if ($null -ne $_.Value) { $_.Value } else { $_.Extent.Text } }
        $env:COMP_WORDS = $words -join "`n"
        $env:COMP_INCOMPLETE = $wordToComplete.Trim("'", '"')
        $env:_RECONCILER_COMPLETE = 'powershell_complete'
        & reconciler | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            $text = if ($value -match "[\s']") { "'" + $value.Replace("'", "''") + "'" } else { $value }
            $tip = if ($help) { $help } else { $value }
            [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $tip)
        }
    } finally {
        [Console]::OutputEncoding = $encoding
        Remove-Item Env:COMP_WORDS, Env:COMP_INCOMPLETE, Env:_RECONCILER_COMPLETE -ErrorAction SilentlyContinue
    }
}

