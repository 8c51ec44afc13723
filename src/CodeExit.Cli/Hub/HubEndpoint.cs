namespace CodeExit.Cli.Hub;

/// <summary>The host that models come from, and the token that it, and no other, may see.</summary>
/// <param name="Base">http or https, without a slash at its end; may have a path, as proxies of a hub do.</param>
/// <param name="Token">HF_TOKEN; null where unset. Never part of a message.</param>
internal sealed record HubEndpoint(string Base, string? Token)
{
    private const string Default = "https://huggingface.co";

    private readonly Uri _uri = new(Base);

    /// <summary>For messages.</summary>
    public string Host => _uri.Authority;

    public Uri Listing(HubModel model) => new($"{Base}/api/models/{model.Name}/revision/{Uri.EscapeDataString(model.Revision)}?blobs=true");

    public Uri File(HubModel model, string commit, string path) => new($"{Base}/{model.Name}/resolve/{commit}/{Uri.EscapeDataString(path)}");

    /// <summary>The page where a person accepts a model's terms.</summary>
    public string Page(HubModel model) => $"{Base}/{model.Name}";

    /// <summary>Same scheme, host and port: files are often redirected to another host, which has no business with the token.</summary>
    public bool MayKnowToken(Uri address) =>
        Uri.Compare(address, _uri, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <exception cref="UsageException">A variable whose value cannot be right. It is not shown where it may be secret.</exception>
    public static HubEndpoint FromEnvironment(Func<string, string?> environment)
    {
        var address = environment("HF_ENDPOINT") is { Length: > 0 } given ? given.TrimEnd('/') : Default;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new UsageException($"HF_ENDPOINT {address}: must be a URL that begins with http:// or https://, such as {Default}");
        }
        if (uri.UserInfo.Length > 0) throw new UsageException("HF_ENDPOINT must be a URL without a user in it: put a token into HF_TOKEN");
        var token = environment("HF_TOKEN")?.Trim();
        if (token is { Length: > 0 } && token.Any(character => character is <= ' ' or > '~'))
        {
            throw new UsageException("HF_TOKEN must be one word of plain characters");
        }
        return new HubEndpoint(address, string.IsNullOrEmpty(token) ? null : token);
    }
}
