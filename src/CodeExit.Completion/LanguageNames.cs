namespace CodeExit.Completion;

/// <summary>File extensions to the language ids that editors send (LSP 3.18, TextDocumentItem).</summary>
public static class LanguageNames
{
    /// <returns>Null where the extension says nothing.</returns>
    public static string? OfFile(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".py" or ".pyi" => "python",
        ".js" or ".mjs" or ".cjs" => "javascript",
        ".ts" or ".mts" => "typescript",
        ".tsx" => "typescriptreact",
        ".jsx" => "javascriptreact",
        ".cs" => "csharp",
        ".c" or ".h" => "c",
        ".cc" or ".cpp" or ".cxx" or ".hpp" => "cpp",
        ".go" => "go",
        ".java" => "java",
        ".lua" => "lua",
        ".php" => "php",
        ".rb" => "ruby",
        ".rs" => "rust",
        ".sh" or ".bash" => "shellscript",
        ".swift" => "swift",
        ".kt" => "kotlin",
        _ => null,
    };
}
