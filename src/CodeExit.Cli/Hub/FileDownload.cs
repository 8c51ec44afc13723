using System.Net;
using System.Net.Http.Headers;

namespace CodeExit.Cli.Hub;

/// <summary>How far a file has come.</summary>
/// <param name="Have">Bytes that are there.</param>
internal readonly record struct FileProgress(string File, long Have, long Size);

/// <summary>Brings files of one commit, from the byte on where an earlier attempt ended, and checks them.</summary>
/// <param name="progress">Told often; must not block.</param>
internal sealed class FileDownload(HubClient client, HubModel model, string commit, Action<FileProgress> progress)
{
    /// <exception cref="CliException">It cannot be had, or is not what the host lists.</exception>
    public async Task BringAsync(HubFile file, string folder, CancellationToken cancellationToken)
    {
        var partial = new PartialFile(Path.Combine(folder, file.Path));
        if (!partial.IsWhole)
        {
            var continued = partial.Length > 0;
            await ContinueAsync(file, partial, cancellationToken).ConfigureAwait(false);
            if (!await IsRightAsync(file, partial, cancellationToken).ConfigureAwait(false))
            {
                // The beginning may have come from somewhere else, or a disk may have lost it.
                partial.StartAnew(null);
                if (!continued) throw Mismatch(file);
                await ContinueAsync(file, partial, cancellationToken).ConfigureAwait(false);
                if (!await IsRightAsync(file, partial, cancellationToken).ConfigureAwait(false))
                {
                    partial.StartAnew(null);
                    throw Mismatch(file);
                }
            }
            partial.Finish();
        }
        progress(new FileProgress(file.Path, file.Size, file.Size));
    }

    private Task ContinueAsync(HubFile file, PartialFile partial, CancellationToken cancellationToken)
    {
        var retries = new HubRetries(client.Patience);
        return retries.RunAsync(token => TryAsync(file, partial, retries, token), cancellationToken);
    }

    private async Task TryAsync(HubFile file, PartialFile partial, HubRetries retries, CancellationToken cancellationToken)
    {
        if (partial.Length > file.Size) partial.StartAnew(null);
        var from = partial.Length;
        if (from == file.Size && from > 0) return;
        var range = from > 0 ? new FileRange(from, partial.ETag) : null;
        using var response = await client.OpenAsync(model, commit, file, range, cancellationToken).ConfigureAwait(false);
        from = Start(response, from, file, partial);
        var content = partial.Append();
        await using (content.ConfigureAwait(false))
        {
            await foreach (var bytes in HubBody.ReadAsync(response, client.Patience.Stall, cancellationToken).ConfigureAwait(false))
            {
                if (from + bytes.Length > file.Size) throw new CliException($"{file.Path} of {model.Name} is longer than the {file.Size} bytes that its host lists");
                await content.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                from += bytes.Length;
                retries.Reached(from);
                progress(new FileProgress(file.Path, from, file.Size));
            }
        }
        if (from < file.Size) throw new HubTransientException($"{file.Path} of {model.Name} ended after {from} of {file.Size} bytes");
    }

    /// <returns>The byte that the answer begins with.</returns>
    private static long Start(HttpResponseMessage response, long asked, HubFile file, PartialFile partial)
    {
        if (response.StatusCode == HttpStatusCode.PartialContent && Continues(response, asked, file, partial.ETag)) return asked;
        // The whole file (this host knows no ranges, or has another file by now), or nothing that fits.
        partial.StartAnew(response.StatusCode == HttpStatusCode.OK ? response.Headers.ETag : null);
        return response.StatusCode == HttpStatusCode.OK
            ? 0
            : throw new HubTransientException($"{response.RequestMessage!.RequestUri!.Authority} does not continue {file.Path}, which is fetched anew");
    }

    private static bool Continues(HttpResponseMessage response, long asked, HubFile file, EntityTagHeaderValue? had)
    {
        var range = response.Content.Headers.ContentRange;
        var isSameFile = had is null || response.Headers.ETag is not { IsWeak: false } has || had.Equals(has);
        return isSameFile && range?.From == asked && (range.Length is null || range.Length == file.Size);
    }

    private static async Task<bool> IsRightAsync(HubFile file, PartialFile partial, CancellationToken cancellationToken) =>
        await file.Hash.OfAsync(partial.ContentPath, cancellationToken).ConfigureAwait(false) == file.Hash;

    private CliException Mismatch(HubFile file) =>
        new($"{file.Path} of {model.Name} is not what its host lists: its content does not have the hash {file.Hash}; nothing was installed");
}
