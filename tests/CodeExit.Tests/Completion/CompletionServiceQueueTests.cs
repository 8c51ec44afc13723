using System.Runtime.CompilerServices;
using CodeExit.Completion;
using CodeExit.Tests.Completion.Fakes;

namespace CodeExit.Tests.Completion;

public sealed class CompletionServiceQueueTests : IDisposable
{
    private readonly Gate _gate = new();
    private readonly object _editor = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task CompleteAsync_NewerOfTheSameOrigin_SupersedesTheRunningOne()
    {
        using var service = Service();
        var older = service.CompleteAsync(Request("1", _editor), default);
        await _gate.Arrived();

        var newer = service.CompleteAsync(Request("2", _editor), default);

        Assert.Null(await older);
        await _gate.Arrived();
        _gate.Open();
        Assert.Equal("done", (await newer)!.Text);
        Assert.Equal(1, _gate.Cancelled);
    }

    [Fact]
    public async Task CompleteAsync_NewerOfTheSameOrigin_SupersedesTheQueuedOneAtOnce()
    {
        var generator = _gate.Generator("done");
        using var service = Service(generator);
        var other = service.CompleteAsync(Request("0", new object()), default);
        await _gate.Arrived();

        var older = service.CompleteAsync(Request("1", _editor), default);
        var newer = service.CompleteAsync(Request("2", _editor), default);

        Assert.Null(await older);
        Assert.False(other.IsCompleted);
        _gate.Open(2);
        Assert.NotNull(await other);
        Assert.NotNull(await newer);
        Assert.Equal("0,2", Asked(generator));
    }

    [Fact]
    public async Task CompleteAsync_SeveralOrigins_AreServedInTheOrderInWhichTheyAsked()
    {
        var generator = _gate.Generator("done");
        using var service = Service(generator);
        List<Task> all = [service.CompleteAsync(Request("0", new object()), default)];
        await _gate.Arrived();

        all.Add(service.CompleteAsync(Request("1", _editor), default));
        all.Add(service.CompleteAsync(Request("2", "other"), default));
        all.Add(service.CompleteAsync(Request("3", null), default));
        all.Add(service.CompleteAsync(Request("4", null), default));
        all.Add(service.CompleteAsync(Request("5", _editor), default));
        _gate.Open(5);
        await Task.WhenAll(all);

        // The editor's newer request took the place of its older one.
        Assert.Equal("0,5,2,3,4", Asked(generator));
    }

    [Fact]
    public async Task CompleteAsync_CancelledWhileRunning_AnswersAndFreesTheWorker()
    {
        using var service = Service();
        using var caller = new CancellationTokenSource();
        var cancelled = service.CompleteAsync(Request("1", _editor), caller.Token);
        await _gate.Arrived();

        await caller.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(caller.Token, error.CancellationToken);
        var next = service.CompleteAsync(Request("2", null), default);
        await _gate.Arrived();
        _gate.Open();
        Assert.NotNull(await next);
        Assert.Equal(1, _gate.Cancelled);
    }

    [Fact]
    public async Task CompleteAsync_CancelledWhileQueued_IsNeverRun()
    {
        var generator = _gate.Generator("done");
        using var service = Service(generator);
        using var caller = new CancellationTokenSource();
        var running = service.CompleteAsync(Request("1", null), default);
        await _gate.Arrived();
        var queued = service.CompleteAsync(Request("2", _editor), caller.Token);
        Assert.Equal(2, service.Status.Pending);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => queued);
        Assert.Equal(1, service.Status.Pending);
        _gate.Open(2);
        await running;
        await service.CompleteAsync(Request("3", _editor), default);
        Assert.Equal("1,3", Asked(generator));
    }

    [Fact]
    public async Task CompleteAsync_CancelledBeforehand_SupersedesNobody()
    {
        using var service = Service();
        var running = service.CompleteAsync(Request("1", _editor), default);
        await _gate.Arrived();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => service.CompleteAsync(Request("2", _editor), new CancellationToken(true)));

        _gate.Open();
        Assert.NotNull(await running);
    }

    [Fact]
    public async Task Dispose_RequestsInFlight_EndsThemAndGivesTheWeightsBack()
    {
        var generator = _gate.Generator("done");
        var service = Service(generator);
        var running = service.CompleteAsync(Request("1", _editor), default);
        await _gate.Arrived();
        var queued = service.CompleteAsync(Request("2", null), default);
        var warm = service.WarmAsync(default);

        service.Dispose();
        service.Dispose();

        var late = service.CompleteAsync(Request("3", null), default);
        foreach (var task in (Task[])[running, queued, warm, late, service.UnloadAsync(default)])
            await Assert.ThrowsAsync<ObjectDisposedException>(() => task);
        Assert.True(generator.IsDisposed);
        Assert.Equal(("unloaded", 0), (service.Status.State, service.Status.Pending));
    }

    [Fact]
    public async Task CompleteAsync_TwoThousandRequestsUnderOneToken_LeaveNothingBehind()
    {
        var generator = ScriptedGenerator.Saying("done");
        using var service = Service(generator);
        using var caller = new CancellationTokenSource();

        var requests = await Many(service, caller.Token);

        Assert.Equal((0, 1000L), (service.Status.Pending, service.Status.Completed));
        // The token lives on; were anything of a request still registered with it, its request would live on, too.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.InRange(requests.Count(request => request.IsAlive), 0, 2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> Many(CompletionService service, CancellationToken token)
    {
        List<WeakReference> requests = [];
        for (var round = 0; round < 1000; round++)
        {
            using var own = CancellationTokenSource.CreateLinkedTokenSource(token);
            var kept = new CompletionRequest($"x{round}", 1);
            var cancelled = new CompletionRequest($"y{round}", 1);
            requests.Add(new WeakReference(kept));
            requests.Add(new WeakReference(cancelled));
            await own.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.CompleteAsync(cancelled, own.Token));
            Assert.NotNull(await service.CompleteAsync(kept, token));
        }
        return requests;
    }

    [Fact]
    public async Task CompleteAsync_ManyThreadsCancellingAndSuperseding_AnswersEveryRequestOnce()
    {
        var generator = ScriptedGenerator.Saying("done");
        using var service = Service(generator);

        var ended = await Task.WhenAll(Enumerable.Range(0, 8).Select(editor => Task.Run(() => Storm(service, editor))));

        Assert.Equal(8 * 250, ended.Sum());
        Assert.Equal("done", (await service.CompleteAsync(Request("1", null), default))!.Text);
        Assert.Equal(0, service.Status.Pending);
    }

    /// <returns>Requests that were answered, one way or another.</returns>
    private static async Task<int> Storm(CompletionService service, int editor)
    {
        var random = new Random(editor);
        List<Task<CompletionResult?>> requests = [];
        for (var i = 0; i < 250; i++)
        {
            using var caller = new CancellationTokenSource();
            requests.Add(service.CompleteAsync(new CompletionRequest("x = ", 4) { Origin = editor }, caller.Token));
            if (random.Next(3) == 0) await caller.CancelAsync();
            if (random.Next(5) == 0) await Task.WhenAny(requests[^1]);
        }
        await Task.WhenAny(Task.WhenAll(requests));
        return requests.Count(request => request.IsCompletedSuccessfully || request.IsCanceled);
    }

    private static CompletionRequest Request(string text, object? origin) => new(text, text.Length) { Origin = origin };

    /// <summary>The documents of the requests that reached the model, in order: their first character is the token behind that of the prefix.</summary>
    private static string Asked(ScriptedGenerator generator) => string.Join(',', generator.Prompts.Select(prompt => (char)prompt[1]));

    private CompletionService Service(ScriptedGenerator? generator = null)
    {
        var loaded = (generator ?? _gate.Generator("done")).Loaded();
        return new CompletionService(_ => loaded, new CompletionOptions());
    }
}
