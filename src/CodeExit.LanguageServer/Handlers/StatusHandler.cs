using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>codeexit/status: asks nothing of the model, so that a look at it wakes nothing.</summary>
internal static class StatusHandler
{
    public static StatusResult Handle(Session session, NoParams parameters) =>
        session.Ledger.Status(session.Service.Status, session.Service.DepthOf(session.Settings.Depth), session.Documents.Count,
            session.Asking.Counts);
}
