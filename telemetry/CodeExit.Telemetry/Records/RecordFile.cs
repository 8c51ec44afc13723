using Microsoft.Win32.SafeHandles;

namespace CodeExit.Telemetry.Records;

/// <summary>
/// The last requests on this machine, in a file of fixed size that is written round and round. Any number of processes may write it: each
/// record is one write into a slot of its own, made while the file is locked. A process that is killed in the middle of one spoils that
/// slot, which its checksum shows, and nothing else.
/// </summary>
public sealed class RecordFile
{
    /// <summary>4 MiB: a week or two of requests.</summary>
    internal const int Slots = 4096;

    /// <summary>The layout's version is in the name: what cannot be read by one version stays for the other.</summary>
    private const string Name = "requests.v1.ring";

    private const long Size = (long)Slots * RecordSlot.Bytes;

    /// <summary>In milliseconds.</summary>
    private const int LockPatience = 2000;

    private readonly byte[] _slot = new byte[RecordSlot.Bytes];
    private long _next;

    /// <param name="folder">Made where it is missing, with the first record.</param>
    public RecordFile(string folder) => Path = System.IO.Path.Combine(folder, Name);

    public string Path { get; }

    /// <summary>Records of requests, oldest first, each with what became of its suggestion; null where nothing was heard of it.</summary>
    /// <exception cref="IOException">The file is there but cannot be read.</exception>
    public IReadOnlyList<(RequestRecord Request, SuggestionFate? Fate)> Read()
    {
        if (!File.Exists(Path)) return [];
        using var file = Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var entries = new SortedList<long, RecordEntry>();
        for (var index = 0; index < Slots && ReadSlot(file, index); index++)
        {
            var number = RecordSlot.Read(_slot, out var payload);
            if (number > 0 && RecordEntry.FromUtf8(payload) is { } entry) entries[number] = entry;
        }
        var fates = new Dictionary<long, SuggestionFate>();
        foreach (var fate in entries.Values.Select(entry => entry.Fate).OfType<SuggestionFate>())
        {
            if (!fates.TryGetValue(fate.Id, out var known) || known.AcceptedCharacters < fate.AcceptedCharacters) fates[fate.Id] = fate;
        }
        return [.. entries.Values.Select(entry => entry.Request).OfType<RequestRecord>().Select(request => (request, fates.GetValueOrDefault(request.Id)))];
    }

    /// <summary>Writes one entry over the oldest. One that does not fit a slot, as of a model with an absurd name, is left out.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal void Append(RecordEntry entry)
    {
        var payload = entry.ToUtf8();
        if (payload.Length > RecordSlot.Room) return;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        using var file = Open(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        if (RandomAccess.GetLength(file) < Size) RandomAccess.SetLength(file, Size);
        _next = Next(file);
        Array.Clear(_slot);
        RecordSlot.Write(_slot, _next, payload);
        RandomAccess.Write(file, _slot, Offset(_next));
        _next++;
    }

    /// <summary>The number after the newest. Found by a look at all slots once; later, others may have written a few since.</summary>
    private long Next(SafeFileHandle file)
    {
        var next = _next;
        if (next == 0)
        {
            for (var index = 0; index < Slots && ReadSlot(file, index); index++) next = Math.Max(next, RecordSlot.Read(_slot, out _));
            next++;
        }
        while (ReadSlot(file, (int)(next % Slots)) && RecordSlot.Read(_slot, out _) is var number && number >= next) next = number + 1;
        return next;
    }

    /// <returns>False behind the end of a file that was not made whole.</returns>
    private bool ReadSlot(SafeFileHandle file, int index) => RandomAccess.Read(file, _slot, (long)index * RecordSlot.Bytes) == RecordSlot.Bytes;

    private static long Offset(long number) => number % Slots * RecordSlot.Bytes;

    /// <summary>
    /// Opening locks. Another process holds the lock for as long as it takes to write one slot, and to be given a processor or the disk for it.
    /// </summary>
    private SafeFileHandle Open(FileMode mode, FileAccess access, FileShare share)
    {
        var until = Environment.TickCount64 + LockPatience;
        while (true)
        {
            try
            {
                return File.OpenHandle(Path, mode, access, share);
            }
            catch (IOException) when (Environment.TickCount64 < until && File.Exists(Path))
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(2));
            }
        }
    }
}
