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
            // .NET appends its own remarks about parameters: no use to whoever typed the command.
            var message = exception.Message;
            var remark = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
            throw new UsageException(remark < 0 ? message : message[..remark]);
        }
    }
}
