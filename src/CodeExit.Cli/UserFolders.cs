namespace CodeExit.Cli;

/// <summary>Folders of this user, by what the environment says. Null for a user without a home.</summary>
internal static class UserFolders
{
    /// <summary>What is kept for this user: on Linux <c>~/.local/share/codeexit</c>.</summary>
    /// <param name="environment">Looks up an environment variable.</param>
    public static string? Data(Func<string, string?> environment)
    {
        if (environment("CODEEXIT_DATA_DIR") is { Length: > 0 } given) return given;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0 ? Path.Combine(home, "codeexit") : null;
    }

    /// <summary>Pulled models: <c>models</c> among the user's data, unless CODEEXIT_MODELS names another folder.</summary>
    /// <inheritdoc cref="Data"/>
    public static string? Models(Func<string, string?> environment)
    {
        if (environment("CODEEXIT_MODELS") is { Length: > 0 } given) return given;
        return Data(environment) is { } data ? Path.Combine(data, "models") : null;
    }
}
