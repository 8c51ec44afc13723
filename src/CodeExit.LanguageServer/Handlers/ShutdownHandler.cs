using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>shutdown: ends all work; only exit may follow.</summary>
internal static class ShutdownHandler
{
    public static NoParams? Handle(Session session, NoParams parameters)
    {
        session.State = SessionState.ShutDown;
        session.InFlight.CancelAll();
        return null;
    }
}
