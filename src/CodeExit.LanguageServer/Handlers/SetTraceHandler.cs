using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>$/setTrace: with anything but "off" the client is sent a $/logTrace for every request answered.</summary>
internal static class SetTraceHandler
{
    public static void Handle(Session session, SetTraceParams parameters) => session.Traces = IsOn(parameters.Value);

    public static bool IsOn(string? value) => value is "messages" or "compact" or "verbose";
}
