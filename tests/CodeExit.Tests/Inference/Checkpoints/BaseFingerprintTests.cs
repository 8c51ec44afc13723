using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Checkpoints;

public sealed class BaseFingerprintTests
{
    private const string Weights = "model.safetensors";

    [Fact]
    public void Of_HandMadeTensors_IsTheHashOfWhatItSays()
    {
        using var folder = TemporaryFolder.CopyOf("llama-untied-f32");
        var file = File.ReadAllBytes(Path.Combine(folder.Path, Weights));
        var (header, data) = Parts(file);
        using var written = new MemoryStream();
        foreach (var (name, tensor) in header.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            var (begin, end) = ((int)tensor!["data_offsets"]![0]!, (int)tensor["data_offsets"]![1]!);
            written.Write(System.Text.Encoding.UTF8.GetBytes($"{name}\0{tensor["dtype"]}\0{string.Join(',', tensor["shape"]!.AsArray())}\0"));
            written.Write(data.AsSpan(begin, Math.Min(4096, end - begin)));
        }

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(written.ToArray())), Fingerprint(folder));
    }

    [Fact]
    public void Of_BeginningOfATensorChanged_IsAnother()
    {
        using var folder = TemporaryFolder.CopyOf("llama-untied-f32");
        var before = Fingerprint(folder);
        var file = File.ReadAllBytes(Path.Combine(folder.Path, Weights));
        var (header, data) = Parts(file);
        file[file.Length - data.Length + (int)header["model.norm.weight"]!["data_offsets"]![0]!] ^= 1;
        folder.Write(Weights, file);

        Assert.NotEqual(before, Fingerprint(folder));
    }

    [Fact]
    public void Of_ShapeChangedOverTheSameBytes_IsAnother()
    {
        using var folder = TemporaryFolder.CopyOf("llama-untied-f32");
        var before = Fingerprint(folder);
        // A tensor that no role asks for, so that the model still opens.
        folder.Write(Weights, WithExtra(folder, "[2,6]"));
        var flat = Fingerprint(folder);
        using var other = TemporaryFolder.CopyOf("llama-untied-f32");
        other.Write(Weights, WithExtra(other, "[6,2]"));

        Assert.NotEqual(before, flat);
        Assert.NotEqual(flat, Fingerprint(other));
    }

    [Fact]
    public void Of_ShardsPutIntoOneFile_StaysTheSame()
    {
        using var sharded = TemporaryFolder.CopyOf("llama-sharded");
        var before = Fingerprint(sharded);
        var tensors = new JsonObject();
        using var data = new MemoryStream();
        foreach (var shard in Directory.EnumerateFiles(sharded.Path, "*.safetensors").ToList())
        {
            var (header, bytes) = Parts(File.ReadAllBytes(shard));
            foreach (var (name, tensor) in header)
            {
                var moved = tensor!.DeepClone();
                moved["data_offsets"] = new JsonArray((int)tensor["data_offsets"]![0]! + data.Length, (int)tensor["data_offsets"]![1]! + data.Length);
                tensors.Add(name, moved);
            }
            data.Write(bytes);
            File.Delete(shard);
        }
        sharded.Delete("model.safetensors.index.json");
        var one = SafetensorsBytes.FromHeader(tensors.ToJsonString(), (int)data.Length);
        data.ToArray().CopyTo(one, one.Length - data.Length);
        sharded.Write(Weights, one);

        Assert.Equal(before, Fingerprint(sharded));
    }

    private static string Fingerprint(TemporaryFolder folder)
    {
        using var checkpoint = Checkpoint.Open(folder.Path);
        return BaseFingerprint.Of(checkpoint);
    }

    private static byte[] WithExtra(TemporaryFolder folder, string shape)
    {
        var (header, data) = Parts(File.ReadAllBytes(Path.Combine(folder.Path, Weights)));
        header.Add("extra", JsonNode.Parse($$"""{"dtype":"F32","shape":{{shape}},"data_offsets":[{{data.Length}},{{data.Length + 48}}]}"""));
        var file = SafetensorsBytes.FromHeader(header.ToJsonString(), data.Length + 48);
        file.AsSpan(file.Length - 48).Clear();
        data.CopyTo(file, file.Length - 48 - data.Length);
        return file;
    }

    private static (JsonObject Header, byte[] Data) Parts(byte[] file)
    {
        var length = (int)BitConverter.ToInt64(file);
        var header = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        header.Remove("__metadata__");
        return (header, file[(8 + length)..]);
    }
}
