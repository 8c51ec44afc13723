using CodeExit.Cli.Input;
using CodeExit.Completion;
using CodeExit.Evaluation.Speed;

namespace CodeExit.Cli;

/// <summary>The composition root: the one place where the parts of the other projects are put together.</summary>
internal sealed class Composition : IComposition
{
    private const string NotWired = "this build holds the command line only: the engine is not wired in";

    public ICompletionService CreateCompletionService(ModelLocation model, CompletionSettings settings) => throw new InvalidOperationException(NotWired);

    public IInspection OpenInspection(ModelLocation model) => throw new InvalidOperationException(NotWired);

    public ModelDescription DescribeModel(ModelLocation model) => throw new InvalidOperationException(NotWired);

    public SpeedSubject OpenForSpeed(ModelLocation model, Precision precision, int? threads) => throw new InvalidOperationException(NotWired);

    public Task<int> RunLanguageServerAsync(ICompletionService service, Stream input, Stream output, TextWriter log, CancellationToken cancellationToken) =>
        throw new InvalidOperationException(NotWired);
}
