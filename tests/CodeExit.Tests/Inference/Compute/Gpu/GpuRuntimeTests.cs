using CodeExit.Inference.Compute.Gpu;
using CodeExit.Inference.Compute.Gpu.OpenCl;

namespace CodeExit.Tests.Inference.Compute.Gpu;

public sealed class GpuRuntimeTests
{
    private const string Add = "kernel void add(global int *x, int n) { x[get_global_id(0)] += n; }";

    [GpuFact]
    public void Launch_AfterWrite_WorksOnWhatWasWritten()
    {
        using var runtime = new GpuRuntime(TestGpu.Device);
        var kernel = runtime.Build(Add, "", "add")[0];
        var buffer = runtime.Upload<int>([1, 2, 3, 4]);
        runtime.Write<int>(buffer, 2, [30]);

        runtime.Launch(kernel.With(buffer, 5), (4, 1, 1));
        runtime.Launch(kernel.With(buffer, 100), (1, 1, 1));

        var result = new int[3];
        runtime.Read<int>(buffer, 0, result);
        Assert.Equal([106, 7, 35], result);
        Assert.Equal(2, runtime.Launches);
        Assert.Equal((4 + 1 + 3) * sizeof(int), runtime.BytesCopied);
    }

    [GpuFact]
    public void Allocate_NewMemory_IsZero()
    {
        using var runtime = new GpuRuntime(TestGpu.Device);
        using (var used = runtime.Upload<int>([.. Enumerable.Repeat(7, 1 << 16)])) Assert.Equal(4 << 16, used.Bytes);
        var values = new int[1 << 16];

        runtime.Read<int>(runtime.Allocate(4 << 16), 0, values);

        Assert.All(values, value => Assert.Equal(0, value));
    }

    [GpuFact]
    public void Allocate_MoreThanABufferMayTake_SaysHowMuch()
    {
        using var runtime = new GpuRuntime(TestGpu.Device);
        var refusal = Assert.Throws<GpuException>(() => runtime.Allocate(TestGpu.Device.LargestBufferBytes + 4));

        Assert.Contains($"{TestGpu.Device.LargestBufferBytes} bytes", refusal.Message, StringComparison.Ordinal);
    }

    [GpuFact]
    public void Build_WrongSource_NamesTheCallTheStatusAndTheError()
    {
        using var runtime = new GpuRuntime(TestGpu.Device);
        var refusal = Assert.Throws<GpuException>(() => runtime.Build("kernel void broken() { undeclared = 1; }", "", "broken"));

        Assert.StartsWith("clBuildProgram", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("CL_BUILD_PROGRAM_FAILURE", refusal.Message, StringComparison.Ordinal);
    }

    [GpuFact]
    public void Build_MissingKernel_NamesIt()
    {
        using var runtime = new GpuRuntime(TestGpu.Device);
        var refusal = Assert.Throws<GpuException>(() => runtime.Build(Add, "", "subtract"));

        Assert.Equal("clCreateKernel of subtract: CL_INVALID_KERNEL_NAME", refusal.Message);
    }

    [GpuFact]
    public void With_OneArgumentTooMany_NamesItAndStartsAnew()
    {
        using var runtime = new GpuRuntime(TestGpu.Device);
        var kernel = runtime.Build(Add, "", "add")[0];
        var buffer = runtime.Upload<int>([1]);

        var refusal = Assert.Throws<GpuException>(() => kernel.With(buffer, 1, 2));

        Assert.Equal("clSetKernelArg of add's argument 2: CL_INVALID_ARG_INDEX", refusal.Message);
        runtime.Launch(kernel.With(buffer, 1), (1, 1, 1));
    }

    /// <summary>Only what changed is given to the driver, so each kind of change must be seen: another number, another buffer, one that has a freed one's place.</summary>
    [GpuFact]
    public void Launch_SomeArgumentsAsBefore_WorksOnThoseOfThisLaunch()
    {
        using var runtime = new GpuRuntime(TestGpu.Device);
        var kernel = runtime.Build(Add, "", "add")[0];
        var (first, second) = (runtime.Upload<int>([0]), runtime.Upload<int>([0]));
        runtime.Launch(kernel.With(first, 1), (1, 1, 1));
        runtime.Launch(kernel.With(first, 1), (1, 1, 1));
        runtime.Launch(kernel.With(first, 10), (1, 1, 1));
        runtime.Launch(kernel.With(second, 10), (1, 1, 1));
        Assert.Equal((12, 10), (Value(first), Value(second)));

        for (var i = 0; i < 20; i++)
        {
            using var another = runtime.Upload<int>([i]);
            runtime.Launch(kernel.With(another, 10), (1, 1, 1));
            Assert.Equal(i + 10, Value(another));
        }

        int Value(GpuBuffer buffer)
        {
            var value = new int[1];
            runtime.Read<int>(buffer, 0, value);
            return value[0];
        }
    }

    [GpuTheory]
    [InlineData(-1, 1)]
    [InlineData(3, 2)]
    public void Read_OutsideTheBuffer_IsRefused(long first, int count)
    {
        using var runtime = new GpuRuntime(TestGpu.Device);
        var buffer = runtime.Allocate(4 * sizeof(int));

        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Read<int>(buffer, first, new int[count]));
        Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Write<int>(buffer, first, new int[count]));
    }
}
