namespace CodeExit.Inference.Checkpoints;

/// <summary>A model folder that cannot be used. The message is one line that names the file, the tensor where there is one, what was wrong and what would be right.</summary>
public sealed class CheckpointException : Exception
{
    public CheckpointException(string message) : base(message) { }
    public CheckpointException(string message, Exception inner) : base(message, inner) { }
}
