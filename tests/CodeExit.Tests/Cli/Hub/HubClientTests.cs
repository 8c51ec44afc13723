using System.Net;
using CodeExit.Cli;
using CodeExit.Cli.Hub;

namespace CodeExit.Tests.Cli.Hub;

/// <summary>What a loopback server without a certificate cannot show.</summary>
public sealed class HubClientTests
{
    private static readonly HubModel Model = HubModel.Parse("tiny/llama");

    [Theory]
    [InlineData("https://hub.example/x", true)]
    [InlineData("https://HUB.example:443/x", true)]
    [InlineData("http://hub.example/x", false)]
    [InlineData("https://hub.example:8443/x", false)]
    [InlineData("https://cdn.hub.example/x", false)]
    [InlineData("https://hub.example.org/x", false)]
    [InlineData("https://user@hub.example/x", true)]
    public void MayKnowToken_OtherAddress_OnlyOnTheSameSchemeHostAndPort(string address, bool expected) =>
        Assert.Equal(expected, new HubEndpoint("https://hub.example/api/hf", "t").MayKnowToken(new Uri(address)));

    [Theory]
    [InlineData(null, "huggingface.co")]
    [InlineData("", "huggingface.co")]
    [InlineData("http://127.0.0.1:8080/", "127.0.0.1:8080")]
    public void FromEnvironment_Endpoint_IsTheOneAskedForOrHuggingFace(string? endpoint, string host) =>
        Assert.Equal(host, HubEndpoint.FromEnvironment(name => name == "HF_ENDPOINT" ? endpoint : null).Host);

    [Fact]
    public async Task List_RedirectFromHttpsToHttp_IsNotFollowed()
    {
        using var transport = new Transport(request => new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("http://hub.example/plain") } });

        var refusal = await Assert.ThrowsAsync<CliException>(() => Client(transport).ListAsync(Model, CancellationToken.None));

        Assert.Contains("not safe to follow", refusal.Message);
        Assert.Equal("https", Assert.Single(transport.Asked).Scheme);
    }

    [Fact]
    public async Task List_CertificateThatIsNotTrusted_IsNotTriedAgain()
    {
        using var transport = new Transport(_ => throw new HttpRequestException(HttpRequestError.SecureConnectionError, "the certificate is not trusted"));

        var refusal = await Assert.ThrowsAsync<CliException>(() => Client(transport).ListAsync(Model, CancellationToken.None));

        Assert.Contains("no safe connection to hub.example: the certificate is not trusted", refusal.Message);
        Assert.Single(transport.Asked);
    }

    private static HubClient Client(Transport transport) =>
        new(new HubEndpoint("https://hub.example", null), new HttpMessageInvoker(transport), new HubPatience { FirstPause = TimeSpan.Zero });

    private sealed class Transport(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public List<Uri> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!);
            var response = answer(request);
            response.RequestMessage = request;
            return Task.FromResult(response);
        }
    }
}
