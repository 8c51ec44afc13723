namespace CodeExit.Cli;

/// <summary>Where this user's data are kept: records, logs.</summary>
internal static class UserData
{
    /// <summary>CODEEXIT_DATA_DIR, else on Linux ~/.local/share/codeexit. Null for a user without a home.</summary>
    public static string? Directory(Func<string, string?> environment)
    {
        if (environment("CODEEXIT_DATA_DIR") is { Length: > 0 } given) return given;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0 ? Path.Combine(home, "codeexit") : null;
    }
}
