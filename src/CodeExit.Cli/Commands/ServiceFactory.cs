using CodeExit.Cli.Input;
using CodeExit.Completion;

namespace CodeExit.Cli.Commands;

/// <summary>Makes the service that <c>complete</c> and <c>lsp</c> run on.</summary>
internal static class ServiceFactory
{
    /// <exception cref="UsageException">A setting that the service refuses: an unknown policy, mode or the like.</exception>
    public static ICompletionService Create(CliHost host, ModelLocation model, CompletionSettings settings)
    {
        try
        {
            return host.Composition.CreateCompletionService(model, settings);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(Refusal(exception));
        }
    }

    /// <summary>Refuses what <see cref="Create"/> would.</summary>
    /// <exception cref="UsageException">As there.</exception>
    public static void Validate(CliHost host, CompletionSettings settings)
    {
        try
        {
            host.Composition.Validate(settings);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(Refusal(exception));
        }
    }

    /// <summary>Loads the model.</summary>
    /// <exception cref="UsageException">A setting that does not suit this model: a layer that it lacks.</exception>
    public static async Task LoadAsync(ICompletionService service, CancellationToken cancellationToken)
    {
        try
        {
            await service.WarmAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(Refusal(exception));
        }
    }

    /// <summary>.NET appends its own remarks about parameters: no use to whoever typed the command.</summary>
    public static string Refusal(ArgumentException exception)
    {
        var remark = exception.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return remark < 0 ? exception.Message : exception.Message[..remark];
    }
}
