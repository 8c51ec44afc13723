using System.Globalization;

namespace CodeExit.Evaluation.Machine;

/// <summary>Size of the largest cache, as Linux tells it.</summary>
internal static class LastLevelCache
{
    /// <summary>Taken where the system does not say: larger than most.</summary>
    public const long Assumed = 64L << 20;

    public static long Bytes()
    {
        const string caches = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(caches)) return Assumed;
        var sizes = Directory.EnumerateDirectories(caches, "index*")
            .Select(index => Path.Combine(index, "size"))
            .Where(File.Exists)
            .Select(file => Parse(File.ReadAllText(file)));
        return sizes.DefaultIfEmpty(Assumed).Max();
    }

    /// <summary>"32768K" or "32M" to bytes; 0 for anything else.</summary>
    public static long Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length < 2) return 0;
        var unit = trimmed[^1] switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 0 };
        return long.TryParse(trimmed.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number * unit : 0;
    }
}
