using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Sessions;

/// <summary>Sends each message to its route, or refuses it by the rules of JSON-RPC and of the LSP life cycle. Throws nothing.</summary>
internal static class Dispatcher
{
    public static void Dispatch(Session session, Memory<byte> body)
    {
        try
        {
            Dispatch(session, IncomingMessage.Parse(body));
        }
        catch (RpcException exception)
        {
            session.Options.Log($"a message cannot be read: {exception.Message}");
            session.Client.RespondError(exception.Id, exception.Code, exception.Message);
        }
    }

    private static void Dispatch(Session session, IncomingMessage message)
    {
        if (message.Method is null) session.Client.TakeResponse(message);
        else if (message.Id is { } id) DispatchRequest(session, message, id);
        else DispatchNotification(session, message);
    }

    private static void DispatchRequest(Session session, IncomingMessage message, RequestId id)
    {
        string method = message.Method!;
        (ErrorCode Code, string Message)? refusal = session.State switch
        {
            SessionState.BeforeInitialize when method != "initialize" => (ErrorCode.ServerNotInitialized, $"{method} came before initialize"),
            SessionState.Running when method == "initialize" => (ErrorCode.InvalidRequest, "initialize came a second time; once is right"),
            SessionState.ShutDown => (ErrorCode.InvalidRequest, $"{method} came after shutdown; only exit may follow"),
            _ => null,
        };
        if (refusal is null && Routes.All.TryGetValue(method, out Route? route) && route.IsRequest)
        {
            route.Take(session, message);
            return;
        }
        refusal ??= (ErrorCode.MethodNotFound, $"{method} is not a request that this server knows");
        session.Client.RespondError(id, refusal.Value.Code, refusal.Value.Message);
    }

    private static void DispatchNotification(Session session, IncomingMessage message)
    {
        string method = message.Method!;
        bool known = Routes.All.TryGetValue(method, out Route? route);
        if (known && !route!.IsRequest && (session.State == SessionState.Running || method == "exit"))
        {
            route.Take(session, message);
        }
        else if (known || !method.StartsWith("$/", StringComparison.Ordinal)) // unknown $/ are optional by the protocol: not worth a line
        {
            session.Options.Log($"notification {method} ignored ({(known ? session.State : "unknown")})");
        }
    }
}
