using CodeExit.Completion;
using CodeExit.Tests.LanguageServer;

namespace CodeExit.Tests.Completion;

public sealed class ConnectionServiceTests
{
    private static readonly DepthSettings Own = new() { Policy = "fixed:4" };

    [Fact]
    public async Task CompleteAsync_TwoConnectionsOfOneService_EachHasItsOwnDepth()
    {
        var asked = new List<DepthSettings?>();
        using var shared = new ScriptedService { Answers = request => Record(request.Depth) };
        using var first = new ConnectionService(shared, Own);
        using var second = new ConnectionService(shared, new DepthSettings { Mode = Modes.Lossless });

        await first.CompleteAsync(new CompletionRequest("x", 1), default);
        await second.CompleteAsync(new CompletionRequest("x", 1), default);

        Assert.Equal([Own, new DepthSettings { Mode = Modes.Lossless }], asked);
        string Record(DepthSettings? depth)
        {
            asked.Add(depth);
            return "1";
        }
    }

    [Fact]
    public async Task CompleteAsync_RequestWithSettings_ComesBeforeTheConnections()
    {
        DepthSettings? asked = null;
        using var shared = new ScriptedService { Answers = request => (asked = request.Depth) is null ? "" : "1" };
        using var service = new ConnectionService(shared, Own);

        await service.CompleteAsync(new CompletionRequest("x", 1) { Depth = new DepthSettings { Mode = Modes.Saver } }, default);

        Assert.Equal(new DepthSettings { Mode = Modes.Saver }, asked);
    }

    [Fact]
    public void Dispose_OfAConnection_LeavesTheServiceToTheOthers()
    {
        using var shared = new ScriptedService();

        new ConnectionService(shared, Own).Dispose();

        Assert.False(shared.IsDisposed);
    }
}
