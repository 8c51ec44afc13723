using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>textDocument/didSave and workspace/didChangeWatchedFiles: an ignore file may be another now. Nothing is polled.</summary>
internal static class FilesChangedHandler
{
    public static void Handle(Session session, NoParams parameters) => session.Ignored.Recheck();
}
