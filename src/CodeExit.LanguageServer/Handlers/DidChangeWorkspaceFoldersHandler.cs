using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>
/// workspace/didChangeWorkspaceFolders: announced so that one server serves all folders of a window. Suggestions look at open documents only.
/// </summary>
internal static class DidChangeWorkspaceFoldersHandler
{
    public static void Handle(Session session, NoParams parameters) => session.Options.Log("workspace folders changed");
}
