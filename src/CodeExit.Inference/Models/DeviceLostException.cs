namespace CodeExit.Inference.Models;

/// <summary>
/// The device that a model is resident on is gone, or has forgotten it: reset by its driver, unplugged, its memory taken away. The model is
/// of no use any more; loaded anew, it may be.
/// </summary>
/// <param name="message">Names the device, the call that told, and the driver's answer.</param>
public sealed class DeviceLostException(string message) : Exception(message);
