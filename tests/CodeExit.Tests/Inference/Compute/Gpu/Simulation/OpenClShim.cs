using System.IO.MemoryMappedFiles;
using System.Text;
using CodeExit.Tests.Inference.Checkpoints;
using CodeExit.Tests.Telemetry.Simulation;

namespace CodeExit.Tests.Inference.Compute.Gpu.Simulation;

/// <summary>Calls of <c>opencl_shim.c</c> that can be made to fail.</summary>
internal enum ShimCall
{
    None,
    Launch,
    Read,
    Finish,
    Allocate,
    Context,
    Build,
    Info,
}

/// <summary>
/// Made-up cards for processes that a test starts: a library between them and the system's OpenCL loader, and its state, which the test and
/// all those processes share. What is computed is computed by PoCL.
/// </summary>
internal sealed class OpenClShim : IDisposable
{
    public const int OutOfMemory = -4, OutOfResources = -5, InvalidCommandQueue = -36;

    /// <summary>No status: the library ends the process, as some drivers do.</summary>
    public const int Abort = 1;

    public const string Uuid = "00112233445566778899aabbccddeeff";

    private const int Size = 224, UuidAt = 136, BusAt = 152, NameAt = 160, NameSize = 64;

    private static readonly Lazy<string> Compiled = new(Compile);

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _state;

    /// <param name="memory">Bytes of each card; all that the processes hold there together.</param>
    public OpenClShim(int cards = 1, long memory = 1L << 30)
    {
        var path = Path.Combine(_folder.Path, "state");
        File.WriteAllBytes(path, new byte[Size]);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        _state = _file.CreateViewAccessor(0, Size);
        (Cards, Memory) = (cards, memory);
        _state.WriteArray(UuidAt, Convert.FromHexString(Uuid), 0, Uuid.Length / 2);
        _state.Write(BusAt, 1L);
        var name = new byte[NameSize];
        Encoding.UTF8.GetBytes("Shim Card").CopyTo(name, 0);
        _state.WriteArray(NameAt, name, 0, NameSize);
        Environment = new() { ["CODEEXIT_OPENCL_LIBRARY"] = Compiled.Value, ["CODEEXIT_OPENCL_SHIM"] = path };
    }

    /// <summary>For the processes that are to see the cards.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>Cards beside the device that there is, which stays first in the drivers' order.</summary>
    public long Cards { get => Get(4); set => Set(4, value); }

    public long Memory { get => Get(5); set => Set(5, value); }

    /// <summary>Largest buffer; 0 for the device's own.</summary>
    public long Largest { set => Set(6, value); }

    /// <summary>Bytes that the driver calls free, as AMD's does; 0 has it not tell.</summary>
    public long FreeMemory { set => Set(7, value); }

    /// <summary>Bytes in buffers, now and at most.</summary>
    public (long Now, long Peak) Bytes => (Get(8), Get(9));

    /// <summary>Buffers, contexts, queues, kernels and programs that nobody has released yet.</summary>
    public (long Buffers, long Contexts, long Queues, long Kernels, long Programs) Held => (Get(10), Get(11), Get(12), Get(13), Get(14));

    /// <summary>Contexts made since the start.</summary>
    public long Opened => Get(15);

    public long Launches => Get(16);

    /// <summary>Has calls of a kind fail. After one that works on the device, all such calls fail until a new context is made, as after a reset.</summary>
    /// <param name="after">So many go through before.</param>
    /// <param name="times">So many fail; −1 is all from there on.</param>
    public void Fail(ShimCall call, int status, long after = 0, long times = 1)
    {
        Set(0, 0);
        Set(1, status);
        Set(2, after);
        Set(3, times);
        Set(0, (long)call);
    }

    public void FailNoMore() => Set(0, 0);

    public void Dispose()
    {
        _state.Dispose();
        _file.Dispose();
        _folder.Dispose();
    }

    private long Get(int place) => _state.ReadInt64(place * sizeof(long));

    private void Set(int place, long value) => _state.Write(place * sizeof(long), value);

    private static string Compile()
    {
        var library = Path.Combine(AppContext.BaseDirectory, "opencl_shim.so");
        CCompiler.CompileLibrary(RepositoryFiles.Path("tests", "CodeExit.Tests", "Inference", "Compute", "Gpu", "Simulation", "opencl_shim.c"), library);
        return library;
    }
}

/// <summary>A test with made-up cards. Skipped, and the reason printed, where nothing can compile the shim or nothing is behind it.</summary>
internal sealed class ShimFactAttribute : FactAttribute
{
    public ShimFactAttribute() => Skip = TestGpu.WhyNone ?? StubSkip.Reason;
}
