using System.CommandLine;
using CodeExit.Cli.Devices;

namespace CodeExit.Cli.Commands;

/// <summary><c>--device</c> and <c>--precision</c>.</summary>
internal sealed class PlacementOptions
{
    private readonly Option<DeviceChoice> _device = CommonOptions.Device();
    private readonly Option<Precision> _precision = CommonOptions.Precision();

    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_precision);
    }

    public Placement Read(ParseResult parsed) => new(parsed.GetValue(_device), parsed.GetValue(_precision));
}
