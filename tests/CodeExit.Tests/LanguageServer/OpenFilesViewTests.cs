using CodeExit.LanguageServer.Documents;

namespace CodeExit.Tests.LanguageServer;

public sealed class OpenFilesViewTests
{
    private readonly OpenFilesView _view = new();

    [Fact]
    public void Around_SeveralOpen_GivesTheOthersTheOneUsedLastFirst()
    {
        Use("file:///code/shop/a.py", "file:///code/shop/b.py", "file:///code/my%20shop/c.py", "file:///code/shop/b.py", "file:///code/shop/a.py");

        var files = _view.Around(Document("file:///code/shop/a.py"));

        Assert.Equal("code/shop/a.py", files.Name);
        Assert.Equal(["code/shop/b.py", "code/my shop/c.py"], files.Others.Select(each => each.Name));
    }

    [Fact]
    public void Around_Closed_IsGone()
    {
        Use("file:///a.py", "file:///b.py");
        _view.Closed("file:///b.py");

        Assert.Empty(_view.Around(Document("file:///a.py")).Others);
    }

    [Fact]
    public void Around_NotAdmitted_IsLeftOutAndNeverRead()
    {
        Use("file:///a.py", "file:///.env", "file:///b.py");
        _view.Admits = document => !document.Uri.EndsWith(".env", StringComparison.Ordinal);

        Assert.Equal(["b.py"], _view.Around(Document("file:///a.py")).Others.Select(each => Path.GetFileName(each.Name)));
    }

    [Fact]
    public void Around_ManyOpen_GivesTheLastEight()
    {
        Use([.. Enumerable.Range(0, 20).Select(number => $"file:///{number}.py")]);

        Assert.Equal(Enumerable.Range(12, 8).Reverse().Select(number => $"{number}.py"), _view.Around(Document("file:///x.py")).Others.Select(each => Path.GetFileName(each.Name)));
    }

    private void Use(params string[] uris)
    {
        foreach (var uri in uris) _view.Used(Document(uri));
    }

    private static DocumentSnapshot Document(string uri) => new(uri, "python", 1, TextBuffer.From(uri));
}
