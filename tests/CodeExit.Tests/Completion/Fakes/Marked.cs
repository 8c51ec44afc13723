namespace CodeExit.Tests.Completion.Fakes;

/// <summary>Documents whose cursor is written as <c>█</c>.</summary>
internal static class Marked
{
    public static (string Text, int Offset) Document(string marked)
    {
        var offset = marked.IndexOf('█');
        return (marked.Remove(offset, 1), offset);
    }
}
