using System.Text;
using System.Text.Json;

namespace CodeExit.Tests.LanguageServer.Clients;

/// <summary>A document as an editor holds it, with a cursor; positions in the units that were agreed on. Shares no code with the server.</summary>
/// <param name="encoding">"utf-16" or "utf-8".</param>
internal sealed class EditorBuffer(string encoding)
{
    public string Text { get; private set; } = "";

    /// <summary>UTF-16 units from the start.</summary>
    public int Cursor { get; set; }

    /// <param name="marked">A text in which | is the cursor.</param>
    public void Fill(string marked)
    {
        Cursor = marked.IndexOf('|', StringComparison.Ordinal);
        Text = marked.Remove(Cursor, 1);
    }

    /// <summary>Puts the cursor behind the new text.</summary>
    public void Replace(int start, int end, string text)
    {
        Text = Text[..start] + text + Text[end..];
        Cursor = start + text.Length;
    }

    public Dictionary<string, int> Position(int offset)
    {
        int lineStart = Text[..offset].LastIndexOf('\n') + 1;
        return new() { ["line"] = Text[..offset].Count(character => character == '\n'), ["character"] = Units(Text[lineStart..offset]) };
    }

    public object Range(int start, int end) => new { start = Position(start), end = Position(end) };

    public int Offset(JsonElement position)
    {
        int at = 0;
        for (int line = position.GetProperty("line").GetInt32(); line > 0; line--) at = Text.IndexOf('\n', at) + 1;
        for (int units = position.GetProperty("character").GetInt32(); units > 0;)
        {
            var rune = Rune.GetRuneAt(Text, at);
            units -= Units(rune.ToString());
            at += rune.Utf16SequenceLength;
        }
        return at;
    }

    private int Units(string text) => encoding == "utf-8" ? Encoding.UTF8.GetByteCount(text) : text.Length;
}
