using System.Buffers.Binary;
using System.Text;

namespace CodeExit.Tests.Inference.Checkpoints;

/// <summary>Builds safetensors files, well-formed or not, byte by byte as the format's description has them.</summary>
internal static class SafetensorsBytes
{
    public static byte[] FromHeader(string header, int dataBytes) => FromHeader((ulong)Encoding.UTF8.GetByteCount(header), header, dataBytes);

    public static byte[] FromHeader(ulong statedLength, string header, int dataBytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[sizeof(ulong) + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, statedLength);
        json.CopyTo(file, sizeof(ulong));
        for (var i = sizeof(ulong) + json.Length; i < file.Length; i++) file[i] = (byte)(i * 37);
        return file;
    }

    /// <summary>A valid file with these F32 tensors, in order.</summary>
    public static byte[] FromTensors(params (string Name, int[] Shape)[] tensors)
    {
        var offset = 0;
        var entries = new List<string>();
        foreach (var (name, shape) in tensors)
        {
            var end = offset + shape.Aggregate(1, (product, length) => product * length) * sizeof(float);
            entries.Add($$"""
                "{{name}}":{"dtype":"F32","shape":[{{string.Join(',', shape)}}],"data_offsets":[{{offset}},{{end}}]}
                """);
            offset = end;
        }
        return FromHeader($"{{{string.Join(',', entries)}}}", offset);
    }
}
