using CodeExit.Inference.Models;

namespace CodeExit.Inference.Compute.Gpu.OpenCl;

/// <summary>Status codes of OpenCL, by the names that its specification gives them.</summary>
internal static class OpenClStatus
{
    public const int Success = 0, DeviceNotFound = -1;

    /// <summary>The loader's own: no driver is installed.</summary>
    public const int PlatformNotFound = -1001;

    /// <summary>What an allocation is answered with where there is no room; NVIDIA's driver says OUT_OF_RESOURCES at times.</summary>
    private static readonly int[] NoRoom = [-4, -5, -6, -61];

    /// <summary>
    /// What drivers answer to work on a model that was sound a moment ago, once they have reset the device or lost it: NVIDIA's -36, -5 or its
    /// own -9999, others -2 and -6; -4 where memory that was given was taken back. None of them says which. The context is of no use after any.
    /// </summary>
    private static readonly int[] Lost = [DeviceNotFound, -2, -4, -5, -6, -14, -33, -34, -36, -9999];

    private static readonly Dictionary<int, string> Names = new()
    {
        [DeviceNotFound] = "CL_DEVICE_NOT_FOUND",
        [-2] = "CL_DEVICE_NOT_AVAILABLE",
        [-3] = "CL_COMPILER_NOT_AVAILABLE",
        [-4] = "CL_MEM_OBJECT_ALLOCATION_FAILURE",
        [-5] = "CL_OUT_OF_RESOURCES",
        [-6] = "CL_OUT_OF_HOST_MEMORY",
        [-11] = "CL_BUILD_PROGRAM_FAILURE",
        [-14] = "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST",
        [-15] = "CL_COMPILE_PROGRAM_FAILURE",
        [-16] = "CL_LINKER_NOT_AVAILABLE",
        [-17] = "CL_LINK_PROGRAM_FAILURE",
        [-30] = "CL_INVALID_VALUE",
        [-31] = "CL_INVALID_DEVICE_TYPE",
        [-32] = "CL_INVALID_PLATFORM",
        [-33] = "CL_INVALID_DEVICE",
        [-34] = "CL_INVALID_CONTEXT",
        [-35] = "CL_INVALID_QUEUE_PROPERTIES",
        [-36] = "CL_INVALID_COMMAND_QUEUE",
        [-38] = "CL_INVALID_MEM_OBJECT",
        [-42] = "CL_INVALID_BINARY",
        [-43] = "CL_INVALID_BUILD_OPTIONS",
        [-44] = "CL_INVALID_PROGRAM",
        [-45] = "CL_INVALID_PROGRAM_EXECUTABLE",
        [-46] = "CL_INVALID_KERNEL_NAME",
        [-47] = "CL_INVALID_KERNEL_DEFINITION",
        [-48] = "CL_INVALID_KERNEL",
        [-49] = "CL_INVALID_ARG_INDEX",
        [-50] = "CL_INVALID_ARG_VALUE",
        [-51] = "CL_INVALID_ARG_SIZE",
        [-52] = "CL_INVALID_KERNEL_ARGS",
        [-53] = "CL_INVALID_WORK_DIMENSION",
        [-54] = "CL_INVALID_WORK_GROUP_SIZE",
        [-55] = "CL_INVALID_WORK_ITEM_SIZE",
        [-56] = "CL_INVALID_GLOBAL_OFFSET",
        [-57] = "CL_INVALID_EVENT_WAIT_LIST",
        [-59] = "CL_INVALID_OPERATION",
        [-61] = "CL_INVALID_BUFFER_SIZE",
        [-63] = "CL_INVALID_GLOBAL_WORK_SIZE",
        [-9999] = "NVIDIA's error -9999 (illegal access, or the device was reset)",
        [PlatformNotFound] = "CL_PLATFORM_NOT_FOUND_KHR",
    };

    public static string Name(int status) => Names.TryGetValue(status, out var name) ? name : $"status {status}";

    /// <param name="call">What was asked, for the message: "clCreateBuffer of 1024 bytes".</param>
    /// <exception cref="GpuException">It is not success.</exception>
    public static void Check(int status, string call)
    {
        if (status != Success) throw new GpuException($"{call}: {Name(status)}");
    }

    /// <summary>Of work on a model that is resident: what points to the device being gone is told apart from a refusal.</summary>
    /// <exception cref="DeviceLostException">The device is gone, or has forgotten the model.</exception>
    /// <exception cref="GpuException">Another status than success.</exception>
    public static void CheckWork(int status, string call, GpuDevice device)
    {
        if (Lost.Contains(status)) throw new DeviceLostException($"{device.Name} was lost ({call}: {Name(status)})");
        Check(status, call);
    }

    /// <exception cref="GpuMemoryException">There is no room.</exception>
    /// <exception cref="GpuException">Another status than success.</exception>
    public static void CheckRoom(int status, string call, GpuDevice device, long asked, long held)
    {
        if (NoRoom.Contains(status)) throw new GpuMemoryException(device, asked, held, $"{call}: {Name(status)}");
        Check(status, call);
    }
}
