using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Sessions;

/// <summary>How one method is read, handled and answered.</summary>
internal abstract record Route(string Method)
{
    /// <summary>A request, not a notification.</summary>
    public abstract bool IsRequest { get; }

    /// <summary>Reads the parameters and runs the handler on the reading loop, at least as far as its first await. Throws nothing.</summary>
    public abstract void Take(Session session, IncomingMessage message);

    protected T Read<T>(IncomingMessage message, JsonTypeInfo<T> type)
    {
        if (typeof(T) == typeof(NoParams)) return (T)(object)NoParams.Any; // some clients send null, some [], some more than we know
        try
        {
            return JsonSerializer.Deserialize(message.Params.IsEmpty ? "{}"u8 : message.Params.Span, type)
                ?? throw new RpcException(ErrorCode.InvalidParams, $"{Method}: the parameters are null; an object is wanted");
        }
        catch (JsonException exception)
        {
            throw new RpcException(ErrorCode.InvalidParams, $"{Method}: the parameters are not what LSP says: {exception.Message}");
        }
    }
}

/// <summary>A notification: handled in order, never answered. An error in it is logged.</summary>
internal sealed record NotificationRoute<TParams>(string Method, JsonTypeInfo<TParams> Params, Action<Session, TParams> Handle) : Route(Method)
{
    public override bool IsRequest => false;

    public override void Take(Session session, IncomingMessage message)
    {
        try
        {
            Handle(session, Read(message, Params));
        }
        catch (Exception exception)
        {
            session.Options.Log($"{Method}: {exception.Message}");
        }
    }
}

/// <summary>A request. Its handler takes what it needs of the session before its first await; the answer goes out whenever it is ready.</summary>
internal sealed record RequestRoute<TParams, TResult>(
    string Method,
    JsonTypeInfo<TParams> Params,
    JsonTypeInfo<TResult> Result,
    Func<Session, TParams, CancellationToken, Task<TResult?>> Handle) : Route(Method)
    where TResult : class
{
    public override bool IsRequest => true;

    public override void Take(Session session, IncomingMessage message) => _ = AnswerAsync(session, message, message.Id!.Value);

    private async Task AnswerAsync(Session session, IncomingMessage message, RequestId id)
    {
        long start = Stopwatch.GetTimestamp();
        bool begun = false;
        try
        {
            CancellationToken cancelled = session.InFlight.Begin(id);
            begun = true;
            TResult? result = await Handle(session, Read(message, Params), cancelled).ConfigureAwait(false);
            session.Client.Respond(id, result!, Result);
        }
        catch (RpcException exception)
        {
            session.Client.RespondError(id, exception.Code, exception.Message);
        }
        catch (OperationCanceledException)
        {
            session.Client.RespondError(id, ErrorCode.RequestCancelled, $"{Method} was cancelled");
        }
        catch (Exception exception)
        {
            session.Options.Log($"{Method} failed: {exception}");
            session.Client.RespondError(id, ErrorCode.InternalError, $"{Method} failed: {exception.Message}");
        }
        finally
        {
            if (begun) session.InFlight.End(id);
        }
        if (session.Traces) Trace(session, id, Stopwatch.GetElapsedTime(start));
    }

    private void Trace(Session session, RequestId id, TimeSpan time)
    {
        string message = string.Create(CultureInfo.InvariantCulture, $"{Method} ({id}) answered after {time.TotalMilliseconds:F1} ms");
        session.Client.Notify("$/logTrace", new LogTraceParams(message), ProtocolJson.Default.LogTraceParams);
    }
}
