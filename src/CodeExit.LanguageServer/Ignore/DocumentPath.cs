namespace CodeExit.LanguageServer.Ignore;

/// <summary>From the URI of a document to the path of its file.</summary>
internal static class DocumentPath
{
    /// <returns>Absolute and with slashes; null where the document is in no file. Cells of a notebook are in its file.</returns>
    public static string? Of(string uri)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out Uri? parsed)) return null;
        if (parsed.Scheme is not ("file" or "vscode-notebook-cell")) return null;
        string path = Uri.UnescapeDataString(parsed.AbsolutePath).Replace('\\', '/');
        if (path is ['/', var drive, ':', ..] && char.IsAsciiLetter(drive)) path = path[1..];
        else if (parsed.Host.Length > 0) path = $"//{parsed.Host}{path}";
        path = path.TrimEnd('/');
        return path.Length == 0 ? null : path;
    }

    /// <summary>What a document is called, where it is in no file: an editor's <c>untitled:.env</c>.</summary>
    public static string NameOf(string uri)
    {
        string path = Uri.UnescapeDataString(uri.Split('?', '#')[0]);
        return path[(path.LastIndexOfAny(['/', '\\', ':']) + 1)..];
    }
}
