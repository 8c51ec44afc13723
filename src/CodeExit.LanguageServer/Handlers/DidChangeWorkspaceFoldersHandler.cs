using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>workspace/didChangeWorkspaceFolders: one server serves all folders of a window. Their ignore files say what is never read.</summary>
internal static class DidChangeWorkspaceFoldersHandler
{
    public static void Handle(Session session, DidChangeWorkspaceFoldersParams parameters) =>
        session.Ignored.ChangeFolders(parameters.Event.Added.Select(folder => folder.Uri), parameters.Event.Removed.Select(folder => folder.Uri));
}
