using CodeExit.Inference.Checkpoints;

namespace CodeExit.Tests.Inference.Checkpoints;

/// <summary>Random damage to a valid file: it is refused with our exception, or every tensor that it lists lies inside the file.</summary>
public sealed class SafetensorsFuzzTests
{
    private const int Cases = 20_000;

    private static readonly byte[] Valid = SafetensorsBytes.FromTensors(("model.a.weight", [3, 5]), ("model.b.weight", [4]), ("c", [0, 2]));

    // What a header is made of, so that many mutations stay JSON and reach the later checks.
    private static readonly byte[] Alphabet = [.. "0123456789{}[]\",:-.eE\\u F16BF32"u8, 0, 0x7F, 0xC3, 0xFF];

    [Fact]
    public void Parse_DamagedFiles_AreRefusedOrStayInside()
    {
        var random = new Random(20260);
        var accepted = 0;
        for (var i = 0; i < Cases; i++)
        {
            var file = Damage(random);
            try
            {
                var entries = SafetensorsHeader.Parse(file, file.Length, "fuzz").Entries;
                accepted++;
                Assert.All(entries.Values, entry => Assert.InRange(entry.Offset + entry.Length, entry.Offset, file.Length));
                Assert.Equal(file.Length - 8 - BitConverter.ToInt64(file), entries.Values.Sum(entry => entry.Length));
            }
            catch (CheckpointException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
        // Some damage is harmless (a byte of the data, a letter of a name): otherwise the fuzzer reaches nothing but the first check.
        Assert.InRange(accepted, Cases / 100, Cases / 2);
    }

    [Fact]
    public void Open_DamagedFilesOnDisk_AreRefusedOrReadable()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var path = folder.Write("damaged.safetensors", Damage(random));
            try
            {
                using var file = SafetensorsFile.Open(path);
                foreach (var entry in file.Entries.Values) Sum(file.Address(entry), entry.Length);
            }
            catch (CheckpointException e)
            {
                Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
            }
        }
    }

    private static byte[] Damage(Random random)
    {
        var file = (byte[])Valid.Clone();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            // One edit in eight hits the length field, the rest header and data.
            var at = random.Next(8) == 0 ? random.Next(8) : random.Next(8, file.Length);
            file[at] = random.Next(3) == 0 ? (byte)random.Next(256) : Alphabet[random.Next(Alphabet.Length)];
        }
        return random.Next(10) switch
        {
            0 => file[..random.Next(file.Length)],
            1 => [.. file, .. new byte[random.Next(1, 9)]],
            _ => file,
        };
    }

    private static unsafe int Sum(nint address, long length)
    {
        var sum = 0;
        for (long i = 0; i < length; i++) sum += ((byte*)address)[i];
        return sum;
    }
}
