using System.Diagnostics;
using System.Text;
using CodeExit.Inference.Tokenization;

namespace CodeExit.Evaluation.Speed;

/// <summary>How fast a tokenizer encodes code, on one thread.</summary>
public static class EncodeSpeed
{
    private const int Characters = 2_000_000;
    private const int Repeats = 5;

    private static readonly string[] Syllables =
        ["re", "con", "te", "lo", "da", "ta", "in", "put", "val", "ue", "key", "map", "set", "ex", "it", "lay", "er", "po", "li", "cy", "_", "max", "id"];

    private static readonly string[] Lines =
    [
        "def {0}(self, {1}, {2}=None):\n", "    {0} = self.{1}[{2}]\n", "    if {0} is not {1}:\n", "        return {0}.{1}({2}, 17)\n", "\n",
        "    # {0} the {1} before {2}\n", "        raise ValueError(f\"{0}: {{{1}!r}} is no {2}\")\n", "    for {0}, {1} in enumerate({2}):\n", "class {0}({1}):\n",
        "\tconst {0} = await {1}.{2}(3.5e-4, '{0}');\n", "import {0}.{1} as {2}\n",
    ];

    /// <summary>Bytes of UTF-8 per second: the median of five passes over two million characters of made-up code.</summary>
    public static double Measure(ITokenizer tokenizer)
    {
        var text = Code();
        var tokens = new List<int>(Characters);
        var seconds = new List<double>();
        for (var pass = -1; pass < Repeats; pass++)
        {
            tokens.Clear();
            var began = Stopwatch.GetTimestamp();
            tokenizer.Encode(text, SpecialTokens.AsText, tokens);
            // The clock may not tick within a pass that does next to nothing.
            var ticks = Math.Max(1, Stopwatch.GetTimestamp() - began);
            if (pass >= 0) seconds.Add((double)ticks / Stopwatch.Frequency); // the first pass is the JIT's
        }
        return Encoding.UTF8.GetByteCount(text) / Statistics.Median(seconds);
    }

    /// <summary>Random names in lines of the usual shapes: the same text every time.</summary>
    internal static string Code()
    {
        var random = new Random(20261122);
        var text = new StringBuilder();
        while (text.Length < Characters)
        {
            text.AppendFormat(null, Lines[random.Next(Lines.Length)], Name(random), Name(random), Name(random));
        }
        return text.ToString();
    }

    private static string Name(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => Syllables[random.Next(Syllables.Length)]));
}
