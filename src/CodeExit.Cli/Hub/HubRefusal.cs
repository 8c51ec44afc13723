using System.Net;

namespace CodeExit.Cli.Hub;

/// <summary>What a host's refusal means for who asked, in one line.</summary>
internal static class HubRefusal
{
    /// <summary>Hosts say the cause in this header; the status alone is the same for a model that is private and one that is not there.</summary>
    private const string CauseHeader = "X-Error-Code";

    /// <returns>A <see cref="HubTransientException"/> or a <see cref="CliException"/>.</returns>
    public static Exception Of(HttpResponseMessage response, HubModel model, HubEndpoint endpoint)
    {
        var status = (int)response.StatusCode;
        var host = response.RequestMessage!.RequestUri!.Authority; // not the whole address: it may be signed
        var cause = response.Headers.TryGetValues(CauseHeader, out var values) ? values.First() : "";
        if (response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || status >= 500)
        {
            return new HubTransientException($"{host} answered {status}", response.Headers.RetryAfter?.Delta);
        }
        return new CliException((response.StatusCode, cause) switch
        {
            (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, "GatedRepo") =>
                $"{model.Name} is gated: accept its terms at {endpoint.Page(model)}, then set HF_TOKEN to a token of that account",
            (HttpStatusCode.Unauthorized, _) when endpoint.Token is null =>
                $"{endpoint.Host} has no public model {model.Name}: check the name, or set HF_TOKEN if it is private or gated",
            (HttpStatusCode.Unauthorized, _) => $"{endpoint.Host} refused HF_TOKEN for {model.Name}: check the token, and the name",
            (HttpStatusCode.Forbidden, _) when endpoint.Token is null => $"{host} forbids {model.Name} to who is not known: set HF_TOKEN",
            (HttpStatusCode.Forbidden, _) => $"{host} forbids {model.Name} to the account of HF_TOKEN: it may be gated ({endpoint.Page(model)}) or the token too narrow",
            (HttpStatusCode.NotFound, "RevisionNotFound") => $"{model.Name} has no revision '{model.Revision}'",
            (HttpStatusCode.NotFound, _) => $"{endpoint.Host} has no model {model.Name} with a revision '{model.Revision}'",
            _ => $"{host} answered {status} ({response.StatusCode}) where {model.Name} was asked for",
        });
    }
}
