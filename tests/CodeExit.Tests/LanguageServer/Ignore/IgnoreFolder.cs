using System.Diagnostics;

namespace CodeExit.Tests.LanguageServer.Ignore;

/// <summary>A folder of files for one test.</summary>
internal sealed class IgnoreFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("codeexit-ignore-").FullName;

    public string Uri(string path) => "file://" + string.Join('/', Path.Combine(Root, path).Split('/').Select(System.Uri.EscapeDataString));

    public void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    /// <summary>What <c>git check-ignore</c> says of the paths; null where there is no Git.</summary>
    public HashSet<string>? CheckIgnore(IEnumerable<string> paths)
    {
        if (Git(["init", "-q", "."], "") is null) return null;
        var said = Git(["-c", "core.excludesFile=/dev/null", "check-ignore", "--no-index", "--stdin", "-z"], string.Join('\0', paths) + "\0")!;
        return [.. said.Split('\0', StringSplitOptions.RemoveEmptyEntries)];
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string? Git(string[] arguments, string input)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        try
        {
            using var git = Process.Start(start)!;
            git.StandardInput.Write(input);
            git.StandardInput.Close();
            var output = git.StandardOutput.ReadToEnd();
            var errors = git.StandardError.ReadToEnd();
            git.WaitForExit();
            Assert.True(git.ExitCode is 0 or 1, errors);
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
