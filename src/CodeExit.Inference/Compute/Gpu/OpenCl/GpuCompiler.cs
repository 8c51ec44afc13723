using System.Text;

namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>From a source to kernels, by the driver's compiler.</summary>
internal static unsafe class GpuCompiler
{
    private const uint BuildLog = 0x1183;

    /// <summary>One program at a time: PoCL 3.1 may read from its cache on disk what another thread is just replacing there.</summary>
    private static readonly Lock Building = new();

    /// <param name="names">Kernels to take out of it.</param>
    /// <param name="built">They are added here, in that order: also where one fails, so that those before it are released.</param>
    /// <exception cref="GpuException">It does not compile (the message has the compiler's own), or lacks a kernel.</exception>
    public static void Compile(nint context, GpuDevice device, string source, string options, ReadOnlySpan<string> names, List<GpuKernel> built)
    {
        using var building = Building.EnterScope();
        var text = Encoding.UTF8.GetBytes(source);
        int status;
        nint program;
        fixed (byte* first = text)
        {
            var line = first;
            var length = (nuint)text.Length;
            program = OpenCl.clCreateProgramWithSource(context, 1, &line, &length, &status);
        }
        OpenClStatus.Check(status, "clCreateProgramWithSource");
        try
        {
            var handle = device.Handle;
            status = OpenCl.clBuildProgram(program, 1, &handle, options, 0, 0);
            if (status != OpenClStatus.Success) OpenClStatus.Check(status, $"clBuildProgram on {device.Name}: {Log(program, handle)}");
            foreach (var name in names)
            {
                var kernel = OpenCl.clCreateKernel(program, name, &status);
                OpenClStatus.Check(status, $"clCreateKernel of {name}");
                built.Add(new GpuKernel(kernel, name));
            }
        }
        finally
        {
            _ = OpenCl.clReleaseProgram(program); // kernels keep what they need of it
        }
    }

    private static string Log(nint program, nint device)
    {
        nuint size = 0;
        if (OpenCl.clGetProgramBuildInfo(program, device, BuildLog, 0, null, &size) != OpenClStatus.Success) return "no build log";
        var log = new byte[size];
        fixed (byte* first = log) _ = OpenCl.clGetProgramBuildInfo(program, device, BuildLog, size, first, null);
        return Encoding.UTF8.GetString(log).TrimEnd('\0').Trim();
    }
}
