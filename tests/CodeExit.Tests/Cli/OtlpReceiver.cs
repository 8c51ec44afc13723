using System.Net;
using System.Net.Sockets;

namespace CodeExit.Tests.Cli;

/// <summary>Stands where a collector would, on the loopback interface, and keeps what is sent to it: OTLP over HTTP, protobuf.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _receiving;

    public OtlpReceiver()
    {
        _listener = Listen();
        _receiving = Task.Run(ReceiveAsync);
    }

    public string Endpoint => _listener.Prefixes.Single();

    public List<(string Path, byte[] Body)> Received { get; } = [];

    public void Dispose()
    {
        _listener.Stop();
        _receiving.Wait(TimeSpan.FromSeconds(10));
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Received.Add((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // stopped
        }
    }

    private static HttpListener Listen()
    {
        for (var tried = 1; ; tried++)
        {
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{FreePort()}/");
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException) when (tried < 5)
            {
                // somebody was given that port in between
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
