namespace CodeExit.Cli.Daemon;

/// <summary>Connects to the daemon of this user, which is started where there is none.</summary>
internal static class DaemonStart
{
    /// <exception cref="DaemonUnavailableException">There can be none.</exception>
    /// <exception cref="CliException">There is one that serves something else, and others use it.</exception>
    public static Task<Link> JoinAsync(CliHost host, DaemonOptions options, ConnectionSettings? settings, CancellationToken cancellationToken)
    {
        var launcher = host.Launcher ?? throw new DaemonUnavailableException("there is no daemon here");
        var directory = RuntimeDirectory.Open(host.Environment);
        var build = BuildId.Current(host.Environment);
        directory.AddressOf(build); // what the daemon would fail with
        var hello = Hello.For(Hello.Lsp, build) with { Served = options.Served, Settings = settings };
        return new DaemonClient(directory, build, host.Time).JoinAsync(hello, stop => launcher.StartAsync(options, stop), cancellationToken);
    }
}
