using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>codeexit/warm: answers once the model is resident. A cancelled request stops waiting, the load goes on.</summary>
internal static class WarmHandler
{
    public static async Task<StatusResult?> HandleAsync(Session session, NoParams parameters, CancellationToken cancellationToken)
    {
        session.ModelLoad.Start();
        try
        {
            await Task.Run(() => session.Service.WarmAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            session.ModelLoad.ReportFailure(exception.Message);
            throw new RpcException(ErrorCode.RequestFailed, $"the model cannot be used: {exception.Message}");
        }
        return StatusHandler.Handle(session, parameters);
    }
}
