using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace CodeExit.Inference.Checkpoints;

/// <summary>A tensor to be written.</summary>
/// <param name="ElementType">The format's own name: "F32", "BF16".</param>
/// <param name="ElementBytes">Of one element.</param>
public readonly record struct TensorToWrite(string Name, string ElementType, int ElementBytes, params IReadOnlyList<long> Shape)
{
    internal long Bytes => Shape.Aggregate((long)ElementBytes, (product, length) => product * length);
}

/// <summary>Writes safetensors: length of the header (u64, little-endian), the header as JSON, then the tensors back to back.</summary>
public static class SafetensorsWriter
{
    /// <summary>What stands before the first tensor's bytes, padded so that these are aligned.</summary>
    /// <param name="tensors">In the order in which their bytes will follow.</param>
    public static byte[] Header(IEnumerable<TensorToWrite> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        using var bytes = new MemoryStream();
        bytes.Write(stackalloc byte[SafetensorsHeader.LengthBytes]);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.ElementType);
                json.WriteStartArray("shape");
                foreach (var length in tensor.Shape) json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (bytes.Length % 8 != 0) bytes.WriteByte((byte)' ');
        var header = bytes.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - SafetensorsHeader.LengthBytes));
        return header;
    }

    /// <summary>Writes F32 tensors to a new file that takes the place of an older one only once it is whole.</summary>
    /// <param name="tensors">Row-major; the shape's product is the number of values.</param>
    public static void Write(
        string path, IReadOnlyList<(string Name, long[] Shape, float[] Values)> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var unfinished = path + ".unfinished";
        using (var file = File.Create(unfinished))
        {
            file.Write(Header(tensors.Select(tensor => new TensorToWrite(tensor.Name, "F32", sizeof(float), tensor.Shape)), metadata));
            foreach (var (_, _, values) in tensors) file.Write(MemoryMarshal.AsBytes(values.AsSpan()));
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
    }
}
