using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>workspace/didChangeConfiguration: takes over the options that are right and shows which are not.</summary>
internal static class DidChangeConfigurationHandler
{
    public static void Handle(Session session, DidChangeConfigurationParams parameters)
    {
        var problems = new List<string>();
        session.Settings = session.Settings.With(parameters.Settings, problems);
        Show(session, problems);
    }

    public static void Show(Session session, IEnumerable<string> problems)
    {
        foreach (string problem in problems)
        {
            session.Options.Log(problem);
            session.Client.Show(MessageType.Warning, problem);
        }
    }
}
