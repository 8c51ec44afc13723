using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>exit: ends the connection, also without a shutdown before.</summary>
internal static class ExitHandler
{
    public static void Handle(Session session, NoParams parameters) => session.ExitCode = session.State == SessionState.ShutDown ? 0 : 1;
}
