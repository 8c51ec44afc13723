using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;

namespace CodeExit.Cli.Daemon;

/// <summary>
/// Which build of the program this is, and which of two is the newer. The order is total, so that of two builds in use at the same time
/// one always gives way: they cannot replace each other in turns.
/// </summary>
/// <param name="Version">As <c>serverInfo</c> has it.</param>
/// <param name="Stamp">When the program's file was written, in milliseconds since 1970: orders builds of one version.</param>
/// <param name="Hash">Of the assemblies' contents: 16 hex digits.</param>
internal sealed record BuildId(string Version, long Stamp, string Hash) : IComparable<BuildId>
{
    private static readonly string[] Parts = ["codeexit", "CodeExit.LanguageServer", "CodeExit.Completion", "CodeExit.Inference", "CodeExit.Telemetry"];

    [JsonIgnore]
    public string Text => $"{Version}+{Hash}";

    /// <param name="environment">CODEEXIT_TEST_BUILD is another version to pass for.</param>
    public static BuildId Current(Func<string, string?> environment)
    {
        var assembly = typeof(BuildId).Assembly;
        var file = Path.Combine(AppContext.BaseDirectory, "codeexit.dll");
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(file)).ToUnixTimeMilliseconds(); // a day in 1601 where there is no such file
        // A build is deterministic, so that a module's version id is a hash of its contents.
        var modules = string.Concat(Parts.Select(part => Assembly.Load(part).ManifestModule.ModuleVersionId));
        var version = environment("CODEEXIT_TEST_BUILD") is { Length: > 0 } other ? other : assembly.GetName().Version!.ToString(3);
        return new BuildId(version, written, Hashed(version + modules).ToString("x16", CultureInfo.InvariantCulture));
    }

    public int CompareTo(BuildId? other)
    {
        if (other is null) return 1;
        if (Hash == other.Hash) return 0; // the same build, installed twice
        var version = Parse(Version).CompareTo(Parse(other.Version));
        if (version != 0) return version;
        var stamp = Stamp.CompareTo(other.Stamp);
        return stamp != 0 ? stamp : string.CompareOrdinal(Hash, other.Hash);
    }

    /// <summary>FNV-1a: what is hashed are hashes, and loading a cryptographic library would cost more than all else here.</summary>
    private static ulong Hashed(string text) => text.Aggregate(14695981039346656037, (hash, character) => unchecked((hash ^ character) * 1099511628211));

    private static Version Parse(string version) => System.Version.TryParse(version, out var parsed) ? parsed : new Version(0, 0);
}
