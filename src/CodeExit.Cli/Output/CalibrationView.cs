using System.Globalization;
using CodeExit.Completion.Calibration;
using CodeExit.Evaluation.Calibration;
using Spectre.Console;

namespace CodeExit.Cli.Output;

/// <summary>A calibration, and a check of one, for a person.</summary>
internal static class CalibrationView
{
    public static void Write(CliHost host, CalibrationReport report)
    {
        var console = SpectreOutput.Console(host);
        WriteHeading(host, report.Model, report.Tasks, report.Bound, report.Kinds, report.Promises[0].Promise);
        var table = Table("mode", "policy", "loss", "tolerance", "layers", "per token");
        foreach (var (promise, chosen, _, _) in report.Promises)
        {
            table.AddRow(
                promise.Mode, (chosen?.Policy ?? "no promise").EscapeMarkup(), chosen is null ? "" : Rounded(chosen.Loss(promise.Metric)), Percent(promise.Tolerance),
                chosen is null ? "" : Rounded(chosen.LayerShare), chosen?.TimePerTokenRatio?.ToString("0.000", CultureInfo.InvariantCulture) ?? "");
        }
        console.Write(table);
        foreach (var (promise, chosen, _, _) in report.Promises.Where(each => each.Chosen?.TimePerTokenRatio > 1))
        {
            host.Out.WriteLine($"{promise.Mode} is slower than full depth here: looking cost {chosen!.Policy} more than the layers that it saved.");
        }
    }

    public static void Write(CliHost host, SplitReport report)
    {
        var console = SpectreOutput.Console(host);
        WriteHeading(host, report.Model, report.Tasks, report.Bound, report.Kinds, report.Promises[0].Promise);
        var table = Table("mode", "tolerance", "promised", "broken", "allowed", "loss unseen", "layers");
        foreach (var split in report.Promises)
        {
            table.AddRow(
                split.Promise.Mode, Percent(split.Promise.Tolerance), $"{split.Promised} of {split.Splits}", Rounded(split.BrokenShare), Percent(split.Allowed),
                split.MeanLoss is { } loss ? Rounded(loss) : "", split.MeanLayerShare is { } share ? Rounded(share) : "");
        }
        console.Write(table);
        host.Out.WriteLine(
            $"Broken: the mean loss on the {report.Tasks - report.Promises[0].TasksPerHalf} tasks not calibrated on was above the tolerance. It is a sample itself, so a promise that holds can look broken; "
            + "and splits share their tasks, so they are not independent of each other.");
    }

    /// <summary>Why a mode got no policy, in one sentence.</summary>
    public static string Refusal(PromiseResult result, int tasks) => tasks < result.LeastTasks
        ? TooFew(result.Promise, result.LeastTasks, tasks)
        : $"mode '{result.Promise.Mode}': nothing can be promised; the safest policy tried, {result.Safest.Policy}, lost {Plain(result.Safest.Loss(result.Promise.Metric))} "
            + $"over {result.Safest.Tasks} tasks, too near the tolerance of {Plain(result.Promise.Tolerance)} or above it (a policy that lost nothing would need {result.LeastTasks})";

    public static string TooFew(Promise promise, int least, int tasks) =>
        $"mode '{promise.Mode}': {Plain(promise.Tolerance)} at a confidence of {Plain(promise.Confidence)} takes at least {least} tasks even if nothing is lost, and there are {tasks}";

    private static string Plain(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static void WriteHeading(CliHost host, string model, int tasks, string bound, IReadOnlyList<string> kinds, Promise promise)
    {
        var metric = promise.Metric == LossMetric.Textual ? "loss against full depth's text" : "loss against the truth beyond full depth's";
        host.Out.WriteLine($"{model}: {tasks} tasks, {metric}, {Percent(promise.Confidence)} sure by {bound}, {string.Join(" and ", kinds)}");
    }

    private static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in columns) table.AddColumn(new TableColumn(column).RightAligned());
        table.Columns[0].LeftAligned();
        return table;
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");

    private static string Rounded(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");
}
