using CodeExit.Evaluation.Replay;

namespace CodeExit.Tests.Evaluation.Replay;

public sealed class TypedDocumentTests
{
    [Fact]
    public void Write_PartOfAKey_LeavesTheRestToBeTyped()
    {
        var document = new TypedDocument(new TypingSession("a.py", "python", "x:\n    y\nz", 0, [new("x", 1), new(":", 2), new("\n    ", 3), new("y", 4)]));
        Assert.Equal(("\nz", 0), (document.Text, document.Cursor));

        document.Write(4); // a suggestion of "x:", the line break and one blank was accepted

        Assert.Equal(new Keystroke("   ", 3), document.Next);
        Assert.Equal("x:\n \nz", document.Text);
        document.Write(3);
        Assert.Equal(new Keystroke("y", 4), document.Next);
        document.Write(1);
        Assert.True(document.IsComplete);
    }
}
