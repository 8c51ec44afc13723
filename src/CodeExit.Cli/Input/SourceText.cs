using System.Text;

namespace CodeExit.Cli.Input;

/// <summary>A file as an editor would show it: no byte order mark, bytes that are no UTF-8 replaced by U+FFFD, line ends as they are.</summary>
internal sealed class SourceText
{
    private readonly List<(int Start, int End)> _lines = [];

    public SourceText(string path, string text)
    {
        Path = path;
        Text = text;
        IndexLines();
    }

    public string Path { get; }

    public string Text { get; }

    /// <summary>As editors count: a text that ends in a line end has one more, empty, line.</summary>
    public int LineCount => _lines.Count;

    /// <exception cref="CliException">The file cannot be read.</exception>
    public static SourceText Read(string path)
    {
        if (Directory.Exists(path)) throw new CliException($"{path} is a folder: name a file in it");
        try
        {
            var bytes = File.ReadAllBytes(path);
            using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
            return new SourceText(path, reader.ReadToEnd());
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException($"{path}: no such file");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CliException($"{path}: may not be read by this user");
        }
    }

    /// <summary>The line without its line end.</summary>
    /// <param name="line">1-based.</param>
    public ReadOnlySpan<char> Line(int line) => Text.AsSpan(_lines[line - 1].Start, _lines[line - 1].End - _lines[line - 1].Start);

    /// <summary>UTF-16 offset of a place.</summary>
    /// <exception cref="CliException">The place is outside the text, or inside a character.</exception>
    public int Offset(SourceLocation location)
    {
        if (location.Line < 1 || location.Line > LineCount)
        {
            throw new CliException($"{Path} has {LineCount} line{(LineCount == 1 ? "" : "s")}: line {location.Line} is outside (lines count from 1)");
        }
        var (start, end) = _lines[location.Line - 1];
        if (location.Column is not { } column) return end;
        var columns = end - start + 1;
        if (column < 1 || column > columns)
        {
            throw new CliException($"{Path}:{location.Line} has columns 1 to {columns}: column {column} is outside");
        }
        var offset = start + column - 1;
        if (offset > 0 && offset < Text.Length && char.IsSurrogatePair(Text[offset - 1], Text[offset]))
        {
            throw new CliException($"{Path}:{location.Line}: column {column} is inside a character of two UTF-16 units: use {column - 1} or {column + 1}");
        }
        return offset;
    }

    /// <summary>Line ends as the LSP specification counts them: LF, CRLF and lone CR.</summary>
    private void IndexLines()
    {
        var start = 0;
        while (true)
        {
            var length = Text.AsSpan(start).IndexOfAny('\r', '\n');
            if (length < 0) break;
            var end = start + length;
            _lines.Add((start, end));
            start = end + (Text[end] == '\r' && end + 1 < Text.Length && Text[end + 1] == '\n' ? 2 : 1);
        }
        _lines.Add((start, Text.Length));
    }
}
