using CodeExit.Cli.Hub;
using CodeExit.Tests.Inference.Checkpoints;

namespace CodeExit.Tests.Cli.Hub;

public sealed class ContentHashTests
{
    /// <summary>As <c>git hash-object</c> and <c>sha256sum</c> say.</summary>
    [Theory]
    [InlineData("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")]
    public async Task Of_KnownContent_IsWhatGitAndSha256sumSay(string content, string git, string sha256)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("file", content);

        Assert.Equal(ContentHash.GitBlob(git), await ContentHash.GitBlob(new string('0', 40))!.OfAsync(path, CancellationToken.None));
        Assert.Equal(ContentHash.Sha256(sha256.ToUpperInvariant()), await ContentHash.Sha256(new string('0', 64))!.OfAsync(path, CancellationToken.None));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("e69de29bb2d1d6434b8b29ae775ad8c2e48c539")]
    [InlineData("g69de29bb2d1d6434b8b29ae775ad8c2e48c5391")]
    public void GitBlob_NotASha1_IsNone(string? digits) => Assert.Null(ContentHash.GitBlob(digits));
}
