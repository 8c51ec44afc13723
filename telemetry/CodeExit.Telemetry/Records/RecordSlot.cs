using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace CodeExit.Telemetry.Records;

/// <summary>
/// One place in the ring: [0, 8) its number, counted from 1 through the file's whole life; [8, 12) bytes of payload; [12, 16) checksum of
/// number, length and payload; [16, …) payload. Little-endian. A slot whose checksum is wrong was torn by a crash, or never written.
/// </summary>
internal static class RecordSlot
{
    public const int Bytes = 1024;

    /// <summary>Most bytes of a payload.</summary>
    public const int Room = Bytes - Header;

    private const int Header = 16;

    public static void Write(Span<byte> slot, long number, ReadOnlySpan<byte> payload)
    {
        BinaryPrimitives.WriteInt64LittleEndian(slot, number);
        BinaryPrimitives.WriteInt32LittleEndian(slot[8..], payload.Length);
        payload.CopyTo(slot[Header..]);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[12..], Checksum(slot, payload.Length));
    }

    /// <summary>The slot's number; 0 where nothing whole is in it.</summary>
    public static long Read(ReadOnlySpan<byte> slot, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var number = BinaryPrimitives.ReadInt64LittleEndian(slot);
        var length = BinaryPrimitives.ReadInt32LittleEndian(slot[8..]);
        if (number <= 0 || length is < 0 or > Room) return 0;
        if (BinaryPrimitives.ReadUInt32LittleEndian(slot[12..]) != Checksum(slot, length)) return 0;
        payload = slot.Slice(Header, length);
        return number;
    }

    /// <summary>CRC-32C: processors have an instruction for it.</summary>
    private static uint Checksum(ReadOnlySpan<byte> slot, int length)
    {
        var crc = uint.MaxValue;
        foreach (var part in slot[..12]) crc = BitOperations.Crc32C(crc, part);
        var payload = slot.Slice(Header, length);
        var words = MemoryMarshal.Cast<byte, ulong>(payload);
        foreach (var word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (var part in payload[(words.Length * sizeof(ulong))..]) crc = BitOperations.Crc32C(crc, part);
        return ~crc;
    }
}
