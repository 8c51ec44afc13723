using System.Text;
using CodeExit.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Checkpoints;

/// <summary>The rules of https://github.com/huggingface/safetensors#format, one by one.</summary>
public sealed class SafetensorsHeaderTests
{
    private const string Path = "folder/model.safetensors";

    [Fact]
    public void Parse_ValidFile_ReturnsEntriesInsideTheFile()
    {
        const string Header = """
            {"__metadata__":{"format":"pt"},
             "a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
             "b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},
             "scalar":{"dtype":"I64","shape":[],"data_offsets":[32,40]},
             "empty":{"dtype":"F16","shape":[0,7],"data_offsets":[40,40]}}
            """;
        var file = SafetensorsBytes.FromHeader(Header + "   ", 40);
        var dataStart = file.Length - 40;

        var entries = SafetensorsHeader.Parse(file, file.Length, Path).Entries;

        Assert.Equal(["a", "b", "empty", "scalar"], entries.Keys.Order());
        Assert.Equal((dataStart, 24L), (entries["a"].Offset, entries["a"].Length));
        Assert.Equal((dataStart + 24, 8L), (entries["b"].Offset, entries["b"].Length));
        Assert.Equal([2L, 3L], entries["a"].Shape);
        Assert.Equal("I64", entries["scalar"].ElementType);
        Assert.Equal(0, entries["empty"].Length);
    }

    [Theory]
    // Offsets.
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "'t'", "backwards")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "'t'", "span 4 bytes", "takes 8")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "'t'", "truncated")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", 8, "'t'", "non-negative")]
    [InlineData("""{"t":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", 8, "'t'", "beyond any file")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}""", 8, "'t'", "data_offsets")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", 8, "'t'", "two \"data_offsets\"")]
    [InlineData("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0.5,8]}}""", 8, "'t'", "integers")]
    // Shapes.
    [InlineData("""{"t":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "'t'", "no whole number of bytes")]
    [InlineData("""{"t":{"dtype":"F64","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,8]}}""", 8, "'t'", "no whole number")]
    [InlineData("""{"t":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2, "'t'", "no whole number of bytes")]
    [InlineData("""{"t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "'t'", "non-negative")]
    [InlineData("""{"t":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", 8, "'t'", "\"shape\"")]
    // Coverage.
    [InlineData("""{"s":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"t":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}""", 7, "'t'", "overlap those of 's'")]
    [InlineData("""{"s":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"t":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}}""", 9, "'t'", "1 unused bytes")]
    [InlineData("""{"t":{"dtype":"U8","shape":[4],"data_offsets":[1,5]}}""", 5, "'t'", "between the header and it")]
    [InlineData("""{"t":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", 6, "2 bytes after 't'", "no tensor")]
    // Entries.
    [InlineData("""{"t":{"dtype":"Q8_0","shape":[2],"data_offsets":[0,8]}}""", 8, "'t'", "'Q8_0'", "BF16")]
    [InlineData("""{"t":{"dtype":7,"shape":[2],"data_offsets":[0,8]}}""", 8, "'t'", "\"dtype\"")]
    [InlineData("""{"t":{"shape":[2],"data_offsets":[0,8]}}""", 8, "'t'", "\"dtype\"")]
    [InlineData("""{"t":[]}""", 0, "'t'", "\"dtype\"")]
    [InlineData("""{"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "uplicate")]
    [InlineData("""{"__metadata__":{"format":1}}""", 0, "__metadata__", "strings")]
    // The JSON itself.
    [InlineData("", 0, "'{'")]
    [InlineData(" {}", 0, "'{'")]
    [InlineData("[]", 0, "'{'")]
    [InlineData("{}{}", 0, "not valid JSON")]
    [InlineData("""{"t":""", 0, "not valid JSON")]
    [InlineData("""{"\ud800":{}}""", 0, "not valid JSON")]
    public void Parse_HeaderThatBreaksTheFormat_NamesFileAndFault(string header, int dataBytes, params string[] expected)
    {
        AssertRefused(SafetensorsBytes.FromHeader(header, dataBytes), expected);
    }

    [Theory]
    [InlineData(100_000_001, "at most 100000000")]
    [InlineData(ulong.MaxValue, "at most 100000000")]
    [InlineData(long.MaxValue, "at most 100000000")]
    [InlineData(99_999_999, "truncated")]
    [InlineData(3, "truncated")]
    public void Parse_HeaderLengthBeyondFileOrFormat_NamesBoth(ulong length, string expected) =>
        AssertRefused(SafetensorsBytes.FromHeader(length, "{}", 0), $"{length}", expected);

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Parse_FileShorterThanLengthField_IsRefused(int bytes) =>
        AssertRefused(new byte[bytes], $"{bytes} bytes", "8-byte header length");

    [Fact]
    public void Parse_InvalidUtf8_IsRefused()
    {
        var file = SafetensorsBytes.FromHeader("""{"?":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0);
        file[Array.IndexOf(file, (byte)'?')] = 0xFF;
        AssertRefused(file, "UTF-8");
    }

    [Fact]
    public void Parse_EveryTruncationOfAValidFile_IsRefused()
    {
        var file = SafetensorsBytes.FromTensors(("a", [3, 5]), ("b", [2]));
        for (var length = 0; length < file.Length; length++) AssertRefused(file[..length]);
    }

    [Fact]
    public void Parse_NameWithLineBreaksAndAMillionLetters_IsOneShortLine()
    {
        var name = new StringBuilder().Append('n', 1_000_000).Insert(3, "\\n\\r").ToString();
        var message = AssertRefused(SafetensorsBytes.FromHeader("{\"" + name + "\":{}}", 0));
        Assert.InRange(message.Length, 1, 2001);
    }

    private static string AssertRefused(byte[] file, params string[] expected)
    {
        var error = Assert.Throws<CheckpointException>(() => SafetensorsHeader.Parse(file, file.Length, Path));
        Assert.StartsWith(Path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.All(expected, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        return error.Message;
    }
}
