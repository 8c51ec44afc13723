namespace CodeExit.Inference.Compute.Gpu;

/// <summary>A driver refused a call. The message names the call, what it was for, and the driver's status by name.</summary>
public sealed class GpuException(string message) : Exception(message);
