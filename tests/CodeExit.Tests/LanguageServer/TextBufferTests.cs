using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using CodeExit.LanguageServer.Documents;
using Xunit.Abstractions;

namespace CodeExit.Tests.LanguageServer;

public sealed class TextBufferTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("a", 1)]
    [InlineData("a\n", 2)]
    [InlineData("a\r\nb", 2)]
    [InlineData("a\rb", 2)]
    [InlineData("\r\r\n\n", 4)]
    [InlineData("a\u2028b\u2029c\u0085d\fe\vf", 1)]
    public void LineCount_KindsOfLineEnds_AreThoseOfTheSpecification(string text, int lines)
        => Assert.Equal(lines, TextBuffer.From(text).LineCount);

    [Fact]
    public void Replace_RandomEditsOnManyChunks_EqualsAString()
    {
        var random = new Random(20261122);
        string model = RandomText(random, 150_000);
        TextBuffer buffer = TextBuffer.From(model);
        for (int edit = 0; edit < 300; edit++)
        {
            int start = random.Next(model.Length + 1);
            int end = Math.Min(model.Length, start + random.Next(10) switch { < 7 => random.Next(5), < 9 => random.Next(2_000), _ => random.Next(60_000) });
            (start, end) = (Snap(model, start), Snap(model, end));
            string inserted = RandomText(random, random.Next(10) switch { < 8 => random.Next(4), 8 => random.Next(3_000), _ => random.Next(70_000) });
            model = string.Concat(model.AsSpan(0, start), inserted, model.AsSpan(end));
            buffer = buffer.Replace(start, end, inserted);
            if (edit % 10 == 0) AssertSame(model, buffer, random);
        }
        AssertSame(model, buffer, random);
    }

    [Fact]
    public void Replace_LineEndPutTogetherAtAChunksEdge_IsOneLineEnd()
    {
        // CR, LF and halves of pairs everywhere, so that every edge between chunks meets some
        string model = string.Concat(Enumerable.Repeat("\r\n\r\r\n\n😀", 20_000));
        TextBuffer buffer = TextBuffer.From(model);
        var random = new Random(7);
        AssertSame(model, buffer, random);
        for (int at = Snap(model, model.Length - 3); at > 0; at = Snap(model, at - 997))
        {
            model = model.Remove(at, 0).Insert(at, "\n");
            buffer = buffer.Replace(at, at, "\n");
        }
        AssertSame(model, buffer, random);
    }

    [Fact]
    public void Replace_Document50MB_CostsOneChunkAndNotTheText()
    {
        string line = "    value = compute(first, second)  # é 😀\n";
        TextBuffer buffer = TextBuffer.From(string.Concat(Enumerable.Repeat(line, 50_000_000 / line.Length)));
        int middle = buffer.LineStart(buffer.LineCount / 2);
        buffer = buffer.Replace(middle, middle, "warm");
        const int Edits = 100;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Edits; i++) buffer = buffer.Replace(middle + i, middle + i, "x");
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds / Edits;
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Edits;
        output.WriteLine($"{buffer.Length:N0} units, {buffer.LineCount:N0} lines: {milliseconds:F3} ms and {bytes:N0} bytes per key");
        Assert.InRange(bytes, 1, 400_000);
    }

    private static void AssertSame(string model, TextBuffer buffer, Random random)
    {
        Assert.Equal(model.Length, buffer.Length);
        Assert.True(model == buffer.ToString());
        MatchCollection ends = Regex.Matches(model, "\r\n|\r|\n");
        Assert.Equal(ends.Count + 1, buffer.LineCount);
        for (int i = 0; i < 200; i++)
        {
            int line = random.Next(buffer.LineCount);
            Assert.Equal(line == 0 ? 0 : ends[line - 1].Index + ends[line - 1].Length, buffer.LineStart(line));
            Assert.Equal(line == ends.Count ? model.Length : ends[line].Index, buffer.LineEnd(line));
        }
    }

    private static int Snap(string text, int offset)
        => offset > 0 && offset < text.Length && char.IsSurrogatePair(text[offset - 1], text[offset]) ? offset - 1 : offset;

    private static string RandomText(Random random, int length)
    {
        string[] alphabet = ["a", "b", " ", "é", "漢", "😀", "𝒳", "\n", "\r\n", "\r", "\u2028", "(", "\t"];
        var text = new StringBuilder();
        while (text.Length < length) text.Append(alphabet[random.Next(alphabet.Length)]);
        return text.ToString();
    }
}
