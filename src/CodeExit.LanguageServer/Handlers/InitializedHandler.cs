using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>initialized: the client may be spoken to now. Starts to load the model, so that the first suggestion need not wait for it.</summary>
internal static class InitializedHandler
{
    public static void Handle(Session session, NoParams parameters)
    {
        DidChangeConfigurationHandler.Show(session, session.SettingProblems);
        session.ModelLoad.Start();
    }
}
