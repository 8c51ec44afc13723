using System.Buffers.Binary;
using System.Text.Json;

namespace CodeExit.Inference.Checkpoints;

/// <summary>One tensor as the header describes it.</summary>
/// <param name="ElementType">The format's own name: "F32", "BF16", "I64" …</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="Length">Bytes; the shape's product times the element size.</param>
internal sealed record SafetensorsEntry(string Name, string ElementType, long[] Shape, long Offset, long Length);

/// <summary>
/// The header of a safetensors file: 8 bytes of little-endian length, then a JSON object of tensors by name. Checks all that the
/// format demands, so that every entry returned lies inside the file and shares no byte with another
/// (https://github.com/huggingface/safetensors#format).
/// </summary>
/// <param name="Metadata">The format's <c>__metadata__</c>; empty where there is none.</param>
internal sealed record SafetensorsHeader(IReadOnlyDictionary<string, SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Bytes of the length field before the JSON.</summary>
    public const int LengthBytes = sizeof(ulong);

    /// <summary>The format's own limit, in bytes.</summary>
    public const int LongestJson = 100_000_000;

    /// <summary>Bits of one element. Only three of these types can be computed with, but buffers of any may lie in the file.</summary>
    private static readonly Dictionary<string, int> ElementBits = new()
    {
        ["F4"] = 4,
        ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6,
        ["BOOL"] = 8,
        ["U8"] = 8,
        ["I8"] = 8,
        ["F8_E4M3"] = 8,
        ["F8_E5M2"] = 8,
        ["F8_E8M0"] = 8,
        ["F8_E4M3FNUZ"] = 8,
        ["F8_E5M2FNUZ"] = 8,
        ["I16"] = 16,
        ["U16"] = 16,
        ["F16"] = 16,
        ["BF16"] = 16,
        ["I32"] = 32,
        ["U32"] = 32,
        ["F32"] = 32,
        ["I64"] = 64,
        ["U64"] = 64,
        ["F64"] = 64,
        ["C64"] = 64,
    };

    /// <param name="start">The file's first bytes: all of it, or at least <see cref="LengthBytes"/> + <see cref="LongestJson"/>.</param>
    /// <param name="fileLength">Bytes in the whole file.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="CheckpointException">The header breaks a rule of the format, or the file ends before its tensors do.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> start, long fileLength, string path)
    {
        if (start.Length < LengthBytes)
        {
            throw new CheckpointException(
                $"{path} holds {fileLength} bytes; a safetensors file begins with an {LengthBytes}-byte header length.");
        }
        var length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > LongestJson)
        {
            throw new CheckpointException($"{path}: the header length is {length} bytes; the format allows at most {LongestJson}.");
        }
        if ((long)length > fileLength - LengthBytes)
        {
            throw new CheckpointException(
                $"{path}: the header length is {length} bytes but only {fileLength - LengthBytes} follow; "
                + "the file is truncated or no safetensors file.");
        }
        var json = start.Slice(LengthBytes, (int)length);
        if (json.IsEmpty || json[0] != '{')
        {
            throw new CheckpointException($"{path}: the header does not begin with '{{'; a safetensors header is a JSON object.");
        }
        var header = Read(json, path, LengthBytes + (long)length);
        CheckCoverage(header.Entries.Values, path, LengthBytes + (long)length, fileLength);
        return header;
    }

    private static SafetensorsHeader Read(ReadOnlySpan<byte> json, string path, long dataStart)
    {
        using var document = StrictJson.ParseObject(json.ToArray(), $"{path}: the header");
        var entries = new Dictionary<string, SafetensorsEntry>();
        var metadata = new Dictionary<string, string>();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__") metadata = ReadMetadata(property.Value, path);
            else entries.Add(property.Name, ReadEntry(property.Name, property.Value, path, dataStart));
        }
        return new SafetensorsHeader(entries, metadata);
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement value, string path)
    {
        var isRight = value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().All(item => item.Value.ValueKind == JsonValueKind.String);
        if (!isRight) throw new CheckpointException($"{path}: \"__metadata__\" in the header must be an object of strings.");
        return value.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.GetString()!);
    }

    private static SafetensorsEntry ReadEntry(string name, JsonElement value, string path, long dataStart)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !value.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var dimensions) || !TryReadIntegers(dimensions, out var shape)
            || !value.TryGetProperty("data_offsets", out var range) || !TryReadIntegers(range, out var offsets) || offsets.Length != 2)
        {
            throw Bad(path, name,
                "its header entry must hold a \"dtype\" string, a \"shape\" of non-negative integers and two \"data_offsets\"");
        }
        var elementType = type.GetString()!;
        if (!ElementBits.TryGetValue(elementType, out var bits))
        {
            throw Bad(path, name, $"unknown dtype '{elementType}'; known are {string.Join(", ", ElementBits.Keys)}");
        }
        var (begin, end) = (offsets[0], offsets[1]);
        if (begin > end) throw Bad(path, name, $"data_offsets [{begin}, {end}] run backwards; begin must not exceed end");
        if (end > long.MaxValue - dataStart) throw Bad(path, name, $"data_offsets [{begin}, {end}] lie beyond any file");
        if (SizeInBytes(shape, bits) is not { } size)
        {
            throw Bad(path, name, $"shape [{string.Join(", ", shape)}] of {elementType} is no whole number of bytes that a file can hold");
        }
        if (size != end - begin)
        {
            throw Bad(path, name,
                $"data_offsets [{begin}, {end}] span {end - begin} bytes "
                + $"but shape [{string.Join(", ", shape)}] of {elementType} takes {size}");
        }
        return new SafetensorsEntry(name, elementType, shape, dataStart + begin, size);
    }

    /// <summary>The format wants every byte after the header to belong to exactly one tensor.</summary>
    private static void CheckCoverage(IEnumerable<SafetensorsEntry> entries, string path, long dataStart, long fileLength)
    {
        var covered = dataStart;
        var previous = "the header";
        foreach (var entry in entries.OrderBy(entry => entry.Offset).ThenBy(entry => entry.Length))
        {
            if (entry.Offset + entry.Length > fileLength)
            {
                throw Bad(path, entry.Name,
                    $"it ends at byte {entry.Offset + entry.Length} but the file has {fileLength}; "
                    + "the file is truncated or its data_offsets are wrong");
            }
            if (entry.Offset < covered) throw Bad(path, entry.Name, $"its bytes overlap those of {previous}; tensors must not share bytes");
            if (entry.Offset > covered)
            {
                throw Bad(path, entry.Name,
                    $"{entry.Offset - covered} unused bytes lie between {previous} and it; tensors must follow each other without holes");
            }
            covered = entry.Offset + entry.Length;
            previous = $"'{entry.Name}'";
        }
        if (covered != fileLength)
        {
            throw new CheckpointException(
                $"{path}: {fileLength - covered} bytes after {previous} belong to no tensor; the file must end with its last tensor.");
        }
    }

    private static bool TryReadIntegers(JsonElement value, out long[] integers)
    {
        integers = [];
        if (value.ValueKind != JsonValueKind.Array) return false;
        var read = new long[value.GetArrayLength()];
        var count = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out read[count]) || read[count++] < 0) return false;
        }
        integers = read;
        return true;
    }

    /// <summary>Null where the product overflows or is no multiple of eight bits.</summary>
    private static long? SizeInBytes(long[] shape, int bits)
    {
        Int128 total = bits;
        foreach (var length in shape)
        {
            total *= length; // both factors stay below 2^63: no overflow of 128 bits
            if (total > long.MaxValue) return null;
        }
        return total % 8 == 0 ? (long)(total / 8) : null;
    }

    private static CheckpointException Bad(string path, string tensor, string what) => new($"{path}: tensor '{tensor}': {what}.");
}
