namespace CodeExit.LanguageServer.Protocol;

/// <summary>Codes of JSON-RPC 2.0 and LSP 3.18.</summary>
internal enum ErrorCode
{
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    InternalError = -32603,
    ServerNotInitialized = -32002,
    RequestFailed = -32803,
    RequestCancelled = -32800,
}

/// <summary>What a request is answered with instead of a result. The message names what was wrong and what would be right.</summary>
internal sealed class RpcException(ErrorCode code, string message, RequestId? id = null) : Exception(message)
{
    public ErrorCode Code { get; } = code;

    /// <summary>The request's id where the message was read only as far as that.</summary>
    public RequestId? Id { get; } = id;
}
