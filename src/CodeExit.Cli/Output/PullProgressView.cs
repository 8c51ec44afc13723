using CodeExit.Cli.Hub;
using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>Bars of a download on standard error, where that is a terminal; nothing elsewhere.</summary>
internal static class PullProgressView
{
    /// <param name="work">Takes what it has to tell of its progress.</param>
    public static Task<T> RunAsync<T>(CliHost host, Func<Action<FileProgress>, Task<T>> work)
    {
        if (!host.ErrorIsTerminal) return work(static _ => { });
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(host.Error), Interactive = InteractionSupport.Yes });
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(Bars(context)));
    }

    private static Action<FileProgress> Bars(ProgressContext context)
    {
        var bars = new Dictionary<string, ProgressTask>();
        return progress =>
        {
            if (!bars.TryGetValue(progress.File, out var bar)) bars[progress.File] = bar = context.AddTask(Markup.Escape(TerminalText.Safe(progress.File)), maxValue: Math.Max(progress.Size, 1));
            bar.Value = progress.Size == 0 ? 1 : progress.Have; // also backwards, where a file is fetched anew
        };
    }
}
