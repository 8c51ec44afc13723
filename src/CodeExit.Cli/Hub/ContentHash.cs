using System.Security.Cryptography;
using System.Text;

namespace CodeExit.Cli.Hub;

/// <summary>What a file's content has to hash to.</summary>
/// <param name="Kind">"sha256", or "git": the SHA-1 by which git names a blob.</param>
/// <param name="Digits">Hexadecimal, lower case.</param>
internal sealed record ContentHash(string Kind, string Digits)
{
    private const string Sha256Kind = "sha256", GitKind = "git";

    /// <returns>Null where this is no SHA-256.</returns>
    public static ContentHash? Sha256(string? digits) => Create(Sha256Kind, digits, SHA256.HashSizeInBytes);

    /// <returns>Null where this is no SHA-1.</returns>
    public static ContentHash? GitBlob(string? digits) => Create(GitKind, digits, SHA1.HashSizeInBytes);

    /// <summary>The same kind of hash of what is in the file.</summary>
    public async Task<ContentHash> OfAsync(string path, CancellationToken cancellationToken)
    {
        var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, useAsync: true);
        await using (content.ConfigureAwait(false))
        {
            using var hash = IncrementalHash.CreateHash(Kind == GitKind ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
            // https://git-scm.com/book/en/v2/Git-Internals-Git-Objects: the object's header is hashed with it.
            if (Kind == GitKind) hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
            var buffer = new byte[1 << 20];
            int read;
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0) hash.AppendData(buffer, 0, read);
            return this with { Digits = Convert.ToHexStringLower(hash.GetHashAndReset()) };
        }
    }

    public override string ToString() => $"{Kind}:{Digits}";

    private static ContentHash? Create(string kind, string? digits, int bytes) =>
        digits is not null && digits.Length == bytes * 2 && digits.All(char.IsAsciiHexDigit) ? new ContentHash(kind, digits.ToLowerInvariant()) : null;
}
