using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>workspace/didChangeConfiguration: takes over the options that are right and shows which are not.</summary>
internal static class DidChangeConfigurationHandler
{
    private const int Warning = 2;

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
            session.Client.Notify("window/showMessage", new ShowMessageParams(Warning, $"CodeExit: {problem}"), ProtocolJson.Default.ShowMessageParams);
        }
    }
}
