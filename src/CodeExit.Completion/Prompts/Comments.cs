namespace CodeExit.Completion.Prompts;

/// <summary>Text as line comments of a language.</summary>
internal static class Comments
{
    /// <param name="languageId">The editor's name for the language; null where unknown.</param>
    public static string Of(string text, string? languageId)
    {
        var mark = languageId switch
        {
            "python" or "ruby" or "shellscript" or "perl" or "r" or "yaml" or "toml" or "dockerfile" or "makefile" or "elixir" or "julia" or null => "#",
            "lua" or "sql" or "haskell" => "--",
            "lisp" or "clojure" or "scheme" => ";;",
            "latex" or "matlab" or "erlang" => "%",
            _ => "//",
        };
        return string.Concat(text.TrimEnd('\n').Split('\n').Select(line => line.Length == 0 ? $"{mark}\n" : $"{mark} {line}\n"));
    }
}
