using System.Text;
using CodeExit.Telemetry.Records;

namespace CodeExit.Tests.Telemetry.Records;

public sealed class RecordSlotTests
{
    [Fact]
    public void Read_Written_IsTheSame()
    {
        var slot = Slot(7, "an entry");

        Assert.Equal(7, RecordSlot.Read(slot, out var payload));
        Assert.Equal("an entry", Encoding.UTF8.GetString(payload));
    }

    [Fact]
    public void Read_NeverWritten_IsNothing() => Assert.Equal(0, RecordSlot.Read(new byte[RecordSlot.Bytes], out _));

    /// <summary>A process may be killed after any byte of a write: what is left begins like the new entry and ends like the old one.</summary>
    [Fact]
    public void Read_TornAtAnyByte_IsTheOldOneTheNewOneOrNothing()
    {
        var old = Slot(7, new string('o', 600));
        var fresh = Slot(4103, new string('n', 400));
        for (var written = 0; written <= RecordSlot.Bytes; written++)
        {
            byte[] torn = [.. fresh[..written], .. old[written..]];

            var number = RecordSlot.Read(torn, out var payload);

            if (number == 7) Assert.True(payload.SequenceEqual(old.AsSpan(16, 600)), $"after {written} bytes");
            else if (number == 4103) Assert.True(payload.SequenceEqual(fresh.AsSpan(16, 400)), $"after {written} bytes");
            else Assert.Equal(0, number);
            if (written is > 0 and < 416) Assert.NotEqual(4103, number);
        }
    }

    [Fact]
    public void Read_AnyBitFlipped_IsNothing()
    {
        var slot = Slot(7, "an entry");
        for (var bit = 0; bit < 8 * (16 + 8); bit++)
        {
            byte[] damaged = [.. slot];
            damaged[bit / 8] ^= (byte)(1 << bit % 8);

            Assert.Equal(0, RecordSlot.Read(damaged, out _));
        }
    }

    private static byte[] Slot(long number, string payload)
    {
        var slot = new byte[RecordSlot.Bytes];
        RecordSlot.Write(slot, number, Encoding.UTF8.GetBytes(payload));
        return slot;
    }
}
