using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>codeexit/unload: answers once the weights are given back; the next suggestion loads them again.</summary>
internal static class UnloadHandler
{
    public static async Task<StatusResult?> HandleAsync(Session session, NoParams parameters, CancellationToken cancellationToken)
    {
        await Task.Run(() => session.Service.UnloadAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        return StatusHandler.Handle(session, parameters);
    }
}
