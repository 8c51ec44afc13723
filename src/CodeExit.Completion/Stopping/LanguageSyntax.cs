namespace CodeExit.Completion.Stopping;

/// <summary>The little of a language that tells code from strings and comments.</summary>
/// <param name="LineComment">What begins a comment that lasts to the line's end; empty where nothing does.</param>
/// <param name="BlockComments">Whether <c>/* … */</c> is a comment.</param>
/// <param name="Quotes">Characters that begin and end a string.</param>
/// <param name="Balanced">Whether every bracket is closed: not in prose, nor in a shell's <c>case</c>.</param>
internal sealed record LanguageSyntax(string LineComment, bool BlockComments, string Quotes, bool Balanced)
{
    private static readonly LanguageSyntax CLike = new("//", true, "\"'`", true);
    private static readonly LanguageSyntax Lifetimes = CLike with { Quotes = "\"" };
    private static readonly LanguageSyntax Hash = new("#", false, "\"'", true);
    private static readonly LanguageSyntax Shell = Hash with { Quotes = "\"'`", Balanced = false };
    private static readonly LanguageSyntax Dashes = new("--", false, "\"'", true);
    private static readonly LanguageSyntax Markup = new("", false, "\"", false);
    private static readonly LanguageSyntax Prose = new("", false, "", false);

    /// <param name="languageId">The editor's name for the language; null where unknown.</param>
    public static LanguageSyntax Of(string? languageId) => languageId switch
    {
        "python" or "ruby" or "r" or "julia" or "elixir" or "perl" or "coffeescript" or "nix" => Hash,
        "yaml" or "toml" or "dockerfile" or "dockercompose" or "cmake" => Hash with { Balanced = false },
        "shellscript" or "makefile" or "powershell" or "fish" => Shell,
        "lua" or "sql" or "haskell" or "elm" or "ada" => Dashes,
        "rust" or "ocaml" => Lifetimes,
        "html" or "xml" or "vue" or "svelte" => Markup,
        "markdown" or "plaintext" or "latex" or "tex" or "restructuredtext" or "git-commit" => Prose,
        _ => CLike,
    };
}
