namespace CodeExit.Inference.Checkpoints;

/// <summary>
/// A model folder that cannot be used. The message is one line that names the file, the tensor where there is one, what was wrong
/// and what would be right.
/// </summary>
public sealed class CheckpointException : Exception
{
    // Names and values in a message come from a file that may be hostile: a name can hold a line break or a megabyte.
    private const int LongestMessage = 2000;

    public CheckpointException(string message) : base(OneLine(message)) { }
    public CheckpointException(string message, Exception inner) : base(OneLine(message), inner) { }

    private static string OneLine(string message)
    {
        var shown = message.Length <= LongestMessage ? message : string.Concat(message.AsSpan(0, LongestMessage), "…");
        return string.Create(shown.Length, shown, static (line, text) =>
        {
            for (var i = 0; i < line.Length; i++) line[i] = char.IsControl(text[i]) ? ' ' : text[i];
        });
    }
}
