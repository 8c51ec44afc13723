using System.Text.RegularExpressions;

namespace CodeExit.Completion.Stopping;

/// <summary>
/// Ends before a line that looks as if it held a secret: a key of a known form, a block of a private key, a long random token, or a literal
/// that a name calls a password. A model makes such things up, or remembers them; neither belongs into a file.
/// </summary>
/// <remarks>A guess by form, and meant to be small: a password that is a word is not seen.</remarks>
internal sealed partial class SecretRule : IStopRule
{
    private const int LeastRandom = 24, LeastLooked = 10;

    private int _token;

    public Stop? Look(SuggestionText text)
    {
        _token = IsOfToken(text.Last) ? _token + 1 : 0;
        // Every form ends in a run of such characters.
        if (_token < LeastLooked && !(text.Last == 'E' && text.Line.EndsWith(" PRIVATE"))) return null;
        var line = text.Line;
        var isSecret = Known().IsMatch(line) || Named().IsMatch(line) || (_token >= LeastRandom && IsRandom(line[^Math.Min(_token, line.Length)..]));
        return isSecret
            ? new Stop(StopReason.Secret, text.ContentEnd(Math.Max(text.LineStart, text.Origin)))
            : null;
    }

    private static bool IsOfToken(char character) => char.IsAsciiLetterOrDigit(character) || character is '+' or '/' or '_' or '-' or '=';

    /// <summary>Whether letters and digits change as often as they do by chance: in names, words are longer.</summary>
    private static bool IsRandom(ReadOnlySpan<char> token)
    {
        var (changes, digits, upper, lower) = (0, 0, 0, 0);
        for (var i = 0; i < token.Length; i++)
        {
            if (char.IsAsciiDigit(token[i])) digits++;
            else if (char.IsAsciiLetterUpper(token[i])) upper++;
            else if (char.IsAsciiLetterLower(token[i])) lower++;
            if (i > 0 && Kind(token[i]) != Kind(token[i - 1])) changes++;
        }
        return digits >= 3 && upper >= 3 && lower >= 3 && changes >= 0.45 * token.Length;
    }

    private static int Kind(char character) => char.IsAsciiDigit(character) ? 0 : char.IsAsciiLetterUpper(character) ? 1 : char.IsAsciiLetterLower(character) ? 2 : 3;

    // Access keys of AWS, tokens of GitHub, GitLab, Slack, Google and Stripe, JSON web tokens, PEM blocks.
    [GeneratedRegex(@"(?:AKIA|ASIA)[0-9A-Z]{16}$|gh[pousr]_[0-9A-Za-z]{20}|github_pat_\w{20}|glpat-[\w-]{16}|xox[abprs]-[\w-]{10}|AIza[\w-]{30}|[rs]k_live_\w{16}|eyJ[\w-]{16,}\.eyJ[\w-]{8}|-----BEGIN [A-Z ]*PRIVATE", RegexOptions.CultureInvariant)]
    private static partial Regex Known();

    [GeneratedRegex(@"(?:passw(?:or)?d|secret|token|api_?key|access_?key|credential)\w*[""']?\s*(?:=|:|=>|:=)\s*[""'](?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{16}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
