using System.Security.Cryptography;
using System.Text;

namespace CodeExit.Inference.Checkpoints;

/// <summary>
/// Names the weights of a model, so that what was learned or calibrated on them is not used with others: SHA-256 over name, element type,
/// shape and first bytes of every tensor, in the order of their names, whatever files they lie in. Nothing but the weights counts: a
/// model that was copied, renamed or sharded anew keeps its fingerprint.
/// </summary>
public static class BaseFingerprint
{
    /// <summary>Of each tensor. Training moves all weights, so the beginnings tell bases apart, and a large model is not read through.</summary>
    private const int BytesRead = 4096;

    /// <summary>As <see cref="Of"/>, of the weights and of what was learned on top of them.</summary>
    public static string WithLearned(Checkpoint checkpoint)
    {
        var (weights, learned) = (Of(checkpoint), checkpoint.Config.Learned.Fingerprint);
        return learned.Length == 0 ? weights : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(weights + learned)));
    }

    /// <summary>64 digits, lower-case hexadecimal.</summary>
    public static string Of(Checkpoint checkpoint) => checkpoint.Files.Fingerprint;

    internal static string Compute(TensorFiles files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (file, entry) in files.All.OrderBy(tensor => tensor.Entry.Name, StringComparer.Ordinal))
        {
            // Type and shape say how many bytes follow, so no two lists of tensors are written alike.
            hash.AppendData(Encoding.UTF8.GetBytes($"{entry.Name}\0{entry.ElementType}\0{string.Join(',', entry.Shape)}\0"));
            hash.AppendData(file.Bytes(entry, BytesRead));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
