using System.Net;
using System.Net.Http.Headers;

namespace CodeExit.Cli.Hub;

/// <summary>
/// Asks a Hugging Face-compatible host. It follows redirects itself: the token must not go along to another host, nor from https to http.
/// </summary>
/// <param name="http">From <see cref="CreateTransport"/>.</param>
internal sealed class HubClient(HubEndpoint endpoint, HttpMessageInvoker http, HubPatience patience)
{
    private const int MostRedirects = 8;

    /// <summary>Bytes of a listing; one of ten thousand files has 2 MB.</summary>
    private const int LongestListing = 64 << 20;

    public HubEndpoint Endpoint => endpoint;

    public HubPatience Patience => patience;

    public static HttpMessageInvoker CreateTransport() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(20) });

    /// <exception cref="CliException">There is no such model or revision, it may not be read, or the host cannot be reached.</exception>
    public async Task<HubListing> ListAsync(HubModel model, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> json = default;
        await new HubRetries(patience).RunAsync(async token => json = await ReadListingAsync(model, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        try
        {
            return HubListing.Parse(json);
        }
        catch (FormatException exception)
        {
            throw new CliException($"{endpoint.Host} is no Hugging Face-compatible host, its answer cannot be read: {exception.Message}");
        }
    }

    /// <summary>Asks for a file from one of its bytes on. The caller disposes the answer, which has any status below 300, or 416.</summary>
    /// <param name="range">Null for the whole file.</param>
    /// <exception cref="HubTransientException">It may work another time.</exception>
    public Task<HttpResponseMessage> OpenAsync(HubModel model, string commit, HubFile file, FileRange? range, CancellationToken cancellationToken) =>
        SendAsync(model, endpoint.File(model, commit, file.Path), range, cancellationToken);

    private async Task<ReadOnlyMemory<byte>> ReadListingAsync(HubModel model, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(model, endpoint.Listing(model), null, cancellationToken).ConfigureAwait(false);
        using var json = new MemoryStream();
        await foreach (var bytes in HubBody.ReadAsync(response, patience.Stall, cancellationToken).ConfigureAwait(false))
        {
            json.Write(bytes.Span);
            if (json.Length > LongestListing) throw new CliException($"{endpoint.Host} lists more than {LongestListing >> 20} MB of files of {model.Name}");
        }
        return json.GetBuffer().AsMemory(0, (int)json.Length);
    }

    private async Task<HttpResponseMessage> SendAsync(HubModel model, Uri address, FileRange? range, CancellationToken cancellationToken)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var response = await SendOnceAsync(Request(address, range), cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode || (range is not null && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)) return response;
            using (response)
            {
                var status = (int)response.StatusCode;
                if (status is < 300 or >= 400 || response.Headers.Location is not { } location) throw HubRefusal.Of(response, model, endpoint);
                var next = new Uri(address, location);
                if (next.Scheme is not ("http" or "https") || (address.Scheme == "https" && next.Scheme != "https"))
                {
                    throw new CliException($"{address.Authority} redirects to {next.Scheme}://{next.Authority}, which is not safe to follow");
                }
                address = next;
            }
        }
        throw new CliException($"{endpoint.Host} redirects in a circle where {model.Name} was asked for");
    }

    private HttpRequestMessage Request(Uri address, FileRange? range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("codeexit", typeof(HubClient).Assembly.GetName().Version!.ToString(3)));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity")); // sizes and ranges are those of the file itself
        if (endpoint.Token is { } token && endpoint.MayKnowToken(address)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (range is not null)
        {
            request.Headers.Range = new RangeHeaderValue(range.From, null);
            if (range.ETag is { } etag) request.Headers.IfRange = new RangeConditionHeaderValue(etag);
        }
        return request;
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patient.CancelAfter(patience.Stall);
        var host = request.RequestUri!.Authority;
        try
        {
            return await http.SendAsync(request, patient.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new CliException($"no safe connection to {host}: {(exception.InnerException ?? exception).Message}");
        }
        catch (HttpRequestException exception)
        {
            throw new HubTransientException($"{host} cannot be reached: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HubTransientException($"{host} did not answer for {patience.Stall.TotalSeconds:0} s");
        }
    }
}

/// <summary>The rest of a file.</summary>
/// <param name="From">First byte that is wanted.</param>
/// <param name="ETag">Of the file whose beginning is there; null where no host said one.</param>
internal sealed record FileRange(long From, EntityTagHeaderValue? ETag);
