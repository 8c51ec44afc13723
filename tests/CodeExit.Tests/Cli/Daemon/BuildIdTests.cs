using CodeExit.Cli.Daemon;

namespace CodeExit.Tests.Cli.Daemon;

public sealed class BuildIdTests
{
    [Theory]
    [InlineData("0.2.0", 1, "a", "0.1.0", 9, "b")]
    [InlineData("0.10.0", 1, "a", "0.9.0", 9, "b")]
    [InlineData("0.1.0", 2, "a", "0.1.0", 1, "b")]
    [InlineData("0.1.0", 1, "b", "0.1.0", 1, "a")]
    [InlineData("0.1.0", 1, "a", "no version", 9, "b")]
    public void CompareTo_TwoBuilds_OneIsNewerWhoeverAsks(string version, long stamp, string hash, string olderVersion, long olderStamp, string olderHash)
    {
        var (newer, older) = (new BuildId(version, stamp, hash), new BuildId(olderVersion, olderStamp, olderHash));

        Assert.True(newer.CompareTo(older) > 0);
        Assert.True(older.CompareTo(newer) < 0); // or the two would replace each other in turns
    }

    [Fact]
    public void CompareTo_SameContentsInstalledTwice_IsTheSameBuild() =>
        Assert.Equal(0, new BuildId("0.1.0", 1, "same").CompareTo(new BuildId("0.1.0", 2, "same")));

    [Fact]
    public void Current_AskedTwice_IsTheSame_AndAnotherVersionIsAnotherBuild()
    {
        var build = BuildId.Current(_ => null);

        Assert.Equal(build, BuildId.Current(_ => null));
        Assert.Matches("^[0-9a-f]{16}$", build.Hash);
        Assert.NotEqual(build.Hash, BuildId.Current(name => name == "CODEEXIT_TEST_BUILD" ? "9.0.0" : null).Hash);
    }
}
