using System.Diagnostics;
using System.Globalization;
using CodeExit.Inference.Compute.Gpu;

namespace CodeExit.Cli.Devices;

/// <summary>
/// A driver that ends the process cannot be caught by it. So before <c>auto</c> opens a device, the process leaves a file that it removes
/// when a model runs there; what dead processes have left tells the next not to try. Once may have been a kill; twice is the driver.
/// </summary>
/// <param name="folder">Null keeps nothing, and so knows nothing.</param>
internal sealed class GpuAttempts(string? folder)
{
    private const string Prefix = "gpu-attempt-";
    private const int Enough = 2;

    /// <summary>Why the device is not to be tried; null where it may be. Another driver has another chance.</summary>
    public string? WhyNot(GpuDevice gpu)
    {
        if (folder is null || !Directory.Exists(folder)) return null;
        var dead = Directory.EnumerateFiles(folder, Prefix + "*").Count(file => IsDead(file) && Text(file) == Text(gpu));
        return dead < Enough ? null : $"its driver ended {dead} processes while it was opened; remove {Path.Combine(folder, Prefix)}* to have it tried again";
    }

    /// <summary>The device is tried until what this gives is disposed.</summary>
    public IDisposable? Begin(GpuDevice gpu)
    {
        if (folder is null) return null;
        var file = Path.Combine(folder, Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(file, Text(gpu));
            return new Attempt(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // a folder that cannot be written costs nobody a model
        }
    }

    private static string Text(GpuDevice gpu) => $"{gpu.Name}\n{gpu.Platform}\n{gpu.Driver}\n";

    private static string? Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // its process has just removed it
        }
    }

    private static bool IsDead(string file)
    {
        if (!int.TryParse(Path.GetFileName(file)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return false;
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private sealed class Attempt(string file) : IDisposable
    {
        public void Dispose() => File.Delete(file);
    }
}
