using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>$/cancelRequest: the request is answered with -32800, or with its result where that was on its way.</summary>
internal static class CancelRequestHandler
{
    public static void Handle(Session session, CancelParams parameters) => session.InFlight.Cancel(new RequestId(parameters.Id.GetRawText()));
}
