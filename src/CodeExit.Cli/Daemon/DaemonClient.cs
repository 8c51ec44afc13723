using System.IO.Pipes;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace CodeExit.Cli.Daemon;

/// <summary>Finds the daemon of this user, whatever its build, and talks to it; starts one where there is none.</summary>
internal sealed class DaemonClient(RuntimeDirectory directory, BuildId build, TimeProvider time)
{
    /// <summary>A daemon greets at once, on a machine that is not drowned in work.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Until a daemon that was told to stop is gone: its requests, its connections, its weights.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    /// <summary>Until whoever else is starting a daemon has one, or has given up.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    /// <summary>What the daemon is doing; null where there is none. Wakes nothing.</summary>
    /// <exception cref="DaemonUnavailableException">There is one that does not answer.</exception>
    public async Task<DaemonStatus?> StatusAsync(CancellationToken cancellationToken)
    {
        if (DaemonEntry.Read(directory) is not { } entry) return null;
        var asked = await AskAsync(entry, Hello.For(Hello.Status, build), DaemonJson.Default.DaemonStatus, cancellationToken).ConfigureAwait(false);
        if (asked is not var (link, status)) return null;
        await link.DisposeAsync().ConfigureAwait(false);
        return status;
    }

    /// <summary>Lets the daemon answer what is in flight and end, and waits for its end.</summary>
    /// <returns>Its process id; null where there was none.</returns>
    /// <exception cref="DaemonUnavailableException">It does not answer, or does not end.</exception>
    public async Task<int?> StopAsync(CancellationToken cancellationToken)
    {
        if (DaemonEntry.Read(directory) is not { } entry) return null;
        var asked = await AskAsync(entry, Hello.For(Hello.Stop, build), DaemonJson.Default.Welcome, cancellationToken).ConfigureAwait(false);
        if (asked is not var (link, _)) return null;
        await using (link.ConfigureAwait(false))
        {
            using var patience = Deadline(StopPatience, cancellationToken);
            try
            {
                await link.ReadAsync(patience.Token).ConfigureAwait(false); // nothing more is said: this is its end
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw Stuck(entry, "did not end", StopPatience);
            }
            return entry.Pid;
        }
    }

    /// <summary>Starts a daemon unless there is one that will do.</summary>
    /// <param name="hello">What it has to serve.</param>
    /// <param name="launch">Starts one and returns once it listens.</param>
    /// <returns>A link whose daemon has accepted <paramref name="hello"/>.</returns>
    /// <exception cref="DaemonUnavailableException">There can be none.</exception>
    /// <exception cref="CliException">There is one that serves something else, and others use it.</exception>
    public async Task<Link> JoinAsync(Hello hello, Func<CancellationToken, Task> launch, CancellationToken cancellationToken)
    {
        if (await TryJoinAsync(hello, cancellationToken).ConfigureAwait(false) is { } joined) return joined;
        using var starting = await FileLock.AcquireAsync(directory.StartLock, StartPatience, time, cancellationToken).ConfigureAwait(false)
            ?? throw new DaemonUnavailableException($"another process has been starting the daemon for {StartPatience.TotalSeconds:0} s ({directory.StartLock} is held)");
        if (await TryJoinAsync(hello, cancellationToken).ConfigureAwait(false) is { } other) return other;
        await StopAsync(cancellationToken).ConfigureAwait(false); // an older build, or one whose model nobody uses: never two models
        await launch(cancellationToken).ConfigureAwait(false);
        return await TryJoinAsync(hello, cancellationToken).ConfigureAwait(false)
            ?? throw new DaemonUnavailableException("the daemon that was started is gone again; its log may say why");
    }

    /// <returns>Null where there is none, or one that has to give way.</returns>
    private async Task<Link?> TryJoinAsync(Hello hello, CancellationToken cancellationToken)
    {
        if (DaemonEntry.Read(directory) is not { } entry || entry.Build.CompareTo(build) < 0) return null;
        if (await AskAsync(entry, hello, DaemonJson.Default.Welcome, cancellationToken).ConfigureAwait(false) is not var (link, welcome)) return null;
        if (welcome.Refusal is null) return link;
        await link.DisposeAsync().ConfigureAwait(false);
        if (welcome.Connections == 0) return null;
        throw new CliException(
            $"the daemon (pid {welcome.Pid}) cannot serve this: {welcome.Refusal}. It serves {welcome.Serves} to {Windows(welcome.Connections)}, and here {hello.Served} "
            + "is asked for. Use the same options, or end it (codeexit daemon stop), or load a second model for this window alone (codeexit lsp --standalone).");
    }

    private static string Windows(int count) => count == 1 ? "another editor" : $"{count} other editors";

    /// <returns>The link and the answer; null where nobody is there.</returns>
    /// <exception cref="DaemonUnavailableException">Somebody is, and does not answer, or not as a daemon does.</exception>
    private static async Task<(Link, T)?> AskAsync<T>(DaemonEntry entry, Hello hello, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (await ConnectAsync(entry, cancellationToken).ConfigureAwait(false) is not { } link) return null;
        using var patience = Deadline(Patience, cancellationToken);
        try
        {
            await link.WriteAsync(FrameKind.Hello, JsonSerializer.SerializeToUtf8Bytes(hello, DaemonJson.Default.Hello), patience.Token).ConfigureAwait(false);
            var frame = await link.ReadAsync(patience.Token).ConfigureAwait(false);
            if (frame is { Kind: FrameKind.Welcome } answer && JsonSerializer.Deserialize(answer.Payload.Span, type) is { } parsed) return (link, parsed);
        }
        catch (IOException)
        {
            // it ended just now
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException)
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw new DaemonUnavailableException($"what listens at {entry.Address} does not answer as a daemon does: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await link.DisposeAsync().ConfigureAwait(false);
            throw Stuck(entry, "does not answer", Patience);
        }
        await link.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private static async Task<Link?> ConnectAsync(DaemonEntry entry, CancellationToken cancellationToken)
    {
        // CurrentUserOnly: who listens there has to be this user as well.
        var pipe = new NamedPipeClientStream(".", entry.Address, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.ConnectAsync(TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            return new Link(pipe);
        }
        catch (Exception exception)
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            if (exception is TimeoutException or IOException) return null; // nobody listens
            if (exception is UnauthorizedAccessException) throw new DaemonUnavailableException($"what listens at {entry.Address} is not this user's: {exception.Message}");
            throw;
        }
    }

    private static CancellationTokenSource Deadline(TimeSpan after, CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(after);
        return source;
    }

    private static DaemonUnavailableException Stuck(DaemonEntry entry, string what, TimeSpan after) =>
        new($"the daemon (pid {entry.Pid}) {what} within {after.TotalSeconds:0} s; kill -9 {entry.Pid} makes room for another");
}
