using CodeExit.LanguageServer.Protocol;
using CodeExit.LanguageServer.Sessions;
using CodeExit.LanguageServer.Suggestions;

namespace CodeExit.LanguageServer.Handlers;

/// <summary>workspace/executeCommand codeexit.didAccept: the user took a suggestion.</summary>
internal static class ExecuteCommandHandler
{
    public static NoParams? Handle(Session session, ExecuteCommandParams parameters)
    {
        if (parameters.Command != SuggestionItems.DidAccept)
        {
            throw new RpcException(ErrorCode.InvalidParams, $"command {parameters.Command} is unknown; the only one is {SuggestionItems.DidAccept}");
        }
        string id = SuggestionItems.IdOf(parameters.Arguments)
            ?? throw new RpcException(ErrorCode.InvalidParams, $"{SuggestionItems.DidAccept} takes one argument, the id that the item's command holds");
        session.Ledger.Accepted(id);
        return null;
    }
}
