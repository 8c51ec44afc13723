namespace CodeExit.Completion.Stopping;

/// <summary>Compares how far lines are indented.</summary>
internal static class Indentation
{
    // Code that mixes both writes a tab for four spaces more often than for any other number.
    private const int TabColumns = 4;

    /// <summary>The column of the first character that is not blank.</summary>
    public static int Columns(ReadOnlySpan<char> line)
    {
        var columns = 0;
        foreach (var character in line)
        {
            if (character == ' ') columns++;
            else if (character == '\t') columns += TabColumns - columns % TabColumns;
            else break;
        }
        return columns;
    }
}
