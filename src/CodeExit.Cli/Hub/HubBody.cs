using System.Runtime.CompilerServices;

namespace CodeExit.Cli.Hub;

/// <summary>The body of an answer, piece by piece; what goes wrong on the way is told apart from what goes wrong with the pieces.</summary>
internal static class HubBody
{
    private const int PieceSize = 1 << 17;

    /// <param name="stall">Time without a byte after which the connection counts as dead.</param>
    /// <returns>Each piece is good until the next is asked for.</returns>
    /// <exception cref="HubTransientException">The connection broke or stalled.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        HttpResponseMessage response, TimeSpan stall, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var host = response.RequestMessage!.RequestUri!.Authority;
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[PieceSize];
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            int read;
            try
            {
                patient.CancelAfter(stall);
                read = await body.ReadAsync(buffer, patient.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or HttpRequestException)
            {
                throw new HubTransientException($"the connection to {host} broke: {exception.Message}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new HubTransientException($"{host} sent nothing for {stall.TotalSeconds:0} s");
            }
            if (read == 0) yield break;
            yield return buffer.AsMemory(0, read);
        }
    }
}
