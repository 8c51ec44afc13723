using System.Text;

namespace CodeExit.Tests.Completion.Fakes;

/// <summary>Texts that look like code, with everything in them that offsets can go wrong on.</summary>
internal static class RandomDocuments
{
    private static readonly string[] Words =
    [
        "return", "value", "def f(x):", "if (a < b) {", "}", ")", "x = [1, 2, 3]", "\"naïve\"", "// 日本語", "👩‍💻", "\t", "    ", " ", "  ",
        "<|pre|>", "<|end|>", ";", ",", "self.items", "é", "𝒳", "a", "0",
    ];

    public static string Next(Random random, int lines)
    {
        var text = new StringBuilder();
        for (var line = 0; line < lines; line++)
        {
            var words = random.Next(20) == 0 ? 80 : random.Next(8);
            for (var word = 0; word < words; word++) text.Append(Words[random.Next(Words.Length)]);
            if (line < lines - 1 || random.Next(2) == 0) text.Append(random.Next(4) == 0 ? "\r\n" : "\n");
        }
        return text.ToString();
    }

    /// <summary>A place that an editor's cursor can be at.</summary>
    public static int Cursor(Random random, string text)
    {
        var offset = random.Next(text.Length + 1);
        return offset > 0 && offset < text.Length && char.IsLowSurrogate(text[offset]) ? offset - 1 : offset;
    }
}
