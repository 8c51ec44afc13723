using System.IO.MemoryMappedFiles;

namespace CodeExit.Inference.Checkpoints;

/// <summary>
/// One memory-mapped safetensors file. Its bytes are never copied: <see cref="Address"/> points into the mapping, which lives until
/// <see cref="Dispose"/>. Immutable once open, so any thread may read.
/// </summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _disposed;

    private SafetensorsFile(string path, long length)
    {
        Path = path;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        try
        {
            _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }
        catch
        {
            _view?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; private set; } = new Dictionary<string, SafetensorsEntry>();

    /// <exception cref="CheckpointException">The file is missing, unreadable or not valid safetensors.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (Directory.Exists(path)) throw new CheckpointException($"{path} is a folder; a safetensors file is needed.");
        if (!File.Exists(path)) throw new CheckpointException($"{path} is missing; a safetensors file is needed.");
        try
        {
            var length = new FileInfo(path).Length;
            if (length == 0) throw new CheckpointException($"{path} is empty; a safetensors file is needed.");
            var file = new SafetensorsFile(path, length);
            try
            {
                var start = (int)Math.Min(length, SafetensorsHeader.LengthBytes + SafetensorsHeader.LongestJson);
                file.Entries = SafetensorsHeader.Parse(new ReadOnlySpan<byte>(file._start, start), length, path);
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Where a tensor's first element lies in memory.</summary>
    public nint Address(SafetensorsEntry entry) => (nint)(_start + entry.Offset);

    /// <summary>The beginning of a tensor, all of it where it is no longer than <paramref name="most"/> bytes.</summary>
    public ReadOnlySpan<byte> Bytes(SafetensorsEntry entry, int most) => new(_start + entry.Offset, (int)Math.Min(most, entry.Length));

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
