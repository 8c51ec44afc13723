using System.Diagnostics;
using Xunit.Abstractions;

namespace CodeExit.Tests.LanguageServer;

/// <summary>Measures the process's heap, so that nothing else may run beside it.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTestsAlone;

[Collection(nameof(MemoryTests))]
public sealed class MemoryTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Session_TwoThousandRequests_LeavesTheHeapAsItWas()
    {
        TestServer server = await TestServer.StartAsync();
        await server.OpenAsync(string.Concat(Enumerable.Repeat("value = compute(first, second)\n", 500)));
        await TypeAsync(server, 300);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        await TypeAsync(server, 2_000);
        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds / 2_000;
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{growth:N0} bytes more after 2,000 edits and requests; {milliseconds:F3} ms each, client included");
        Assert.InRange(growth, long.MinValue, 512 << 10);
        await server.ShutDownAsync();
    }

    /// <summary>Types and deletes a character, asking each time; every third request is cancelled, every third superseded.</summary>
    private static async Task TypeAsync(TestServer server, int requests)
    {
        string? older = null;
        for (int i = 0; i < requests; i++)
        {
            await (i % 2 == 0 ? server.ChangeAsync(250, 8, 250, 8, "x", i) : server.ChangeAsync(250, 8, 250, 9, "", i));
            string id = await server.Client.RequestAsync("textDocument/inlineCompletion", TestServer.At(250, 8));
            ScriptedCall call = await server.Service.NextCallAsync();
            if (older is not null) await server.Client.ResultAsync(older);
            older = null;
            if (i % 3 == 1) await server.Client.CancelAsync(id);
            else if (i % 3 == 2 && i + 1 < requests) older = id;
            else call.Answer("compute()");
            if (older is null) await server.Client.ResponseAsync(id);
        }
    }
}
