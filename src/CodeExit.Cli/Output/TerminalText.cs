using System.Globalization;
using System.Text;

namespace CodeExit.Cli.Output;

/// <summary>Text of files and models on its way to a terminal.</summary>
internal static class TerminalText
{
    /// <summary>Keeps line feeds, expands tabs, shows every other control character as its picture: a file must not steer the terminal.</summary>
    public static string Safe(ReadOnlySpan<char> text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character == '\n') safe.Append('\n');
            else if (character == '\t') safe.Append("    ");
            else if (character == '\r') continue;
            else safe.Append(Picture(character));
        }
        return safe.ToString();
    }

    /// <summary>A token's text on one line, with its white space visible: "␣return↵".</summary>
    public static string Visible(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            visible.Append(character switch
            {
                ' ' => '␣',
                '\n' => '↵',
                '\t' => '→',
                _ => Picture(character),
            });
        }
        return visible.ToString();
    }

    /// <summary>Unicode's control pictures (U+2400 block); C1 controls and format characters, which have none, as U+FFFD.</summary>
    private static char Picture(char character) => character switch
    {
        < ' ' => (char)('␀' + character),
        '\x7F' => '␡',
        _ when char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format => '\uFFFD',
        _ => character,
    };
}
