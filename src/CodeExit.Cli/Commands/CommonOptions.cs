using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CodeExit.Cli.Devices;

namespace CodeExit.Cli.Commands;

/// <summary>Options that several commands share. A bad value names the option, the value and what would be right.</summary>
internal static class CommonOptions
{
    public static Argument<string> Location() => new("FILE:LINE[:COLUMN]")
    {
        Description = "A place in a file: line and column count from 1, the column in UTF-16 units; without it, the end of the line.",
    };

    public static Option<string?> Model() => new("--model")
    {
        Description = "A model folder (Hugging Face layout), or the name of a pulled one. Default: the embedded model.",
        HelpName = "DIR",
    };

    public static Option<string?> Policy() => new("--policy")
    {
        Description = "When a token may leave early: full, fixed:K, skip:K, softmax:T, saturation:T, speculative[:K].",
        HelpName = "SPEC",
    };

    public static Option<string?> Mode() => new("--mode")
    {
        Description = "A name over a policy: lossless, or with a calibrated model quality, balanced, saver, or auto: the governor decides.",
        HelpName = "MODE",
    };

    public static Option<double?> PowerCap() => Quantity("--power-cap", 'W', "Most watts of the device that runs the model; mode auto keeps it.");

    public static Option<double?> Budget() => Quantity("--budget", 'J', "Joules above idle that a suggestion may cost on average; mode auto keeps it.");

    public static Option<bool> Otlp() => new("--otlp") { Description = "Send metrics to an OpenTelemetry collector: where OTEL_EXPORTER_OTLP_ENDPOINT says. Nothing of your code is in them." };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object and nothing else." };

    /// <summary>A measurement's <c>--json</c>: its table stays on the terminal.</summary>
    public static Option<string?> JsonFile() => new("--json") { Description = "Write the numbers to a file.", HelpName = "FILE" };

    public static Option<string?> HtmlFile() => new("--html") { Description = "Write the report to a file.", HelpName = "FILE" };

    public static Option<DeviceChoice> Device() => new("--device")
    {
        Description = "Where the model runs; auto takes a GPU that has room for it, else the CPU.",
        HelpName = "auto|cpu|gpu|gpu:N",
        CustomParser = result =>
        {
            var text = Single(result);
            if (DeviceChoice.TryParse(text, out var choice)) return choice.Value;
            result.AddError($"--device {text}: must be one of {DeviceChoice.Forms}.");
            return default;
        },
    };

    public static Option<Precision> Precision() => Choice<Precision>("--precision", "How weights are held in memory.");

    /// <summary>One of an enum's names, lower case.</summary>
    public static Option<T> Choice<T>(string name, string description) where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(value => value.ToLowerInvariant()).ToArray();
        return new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', names),
            CustomParser = result =>
            {
                var text = Single(result);
                var index = Array.IndexOf(names, text);
                if (index >= 0) return Enum.GetValues<T>()[index];
                result.AddError($"{name} {text}: must be one of {string.Join(", ", names)}.");
                return default;
            },
        };
    }

    /// <summary>A number with bounds.</summary>
    /// <param name="range">The bounds in words: "1 or more".</param>
    public static Option<T?> Number<T>(string name, string helpName, string description, Func<T, bool> accepts, string range)
        where T : struct, ISpanParsable<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = Single(result);
                if (T.TryParse(text, CultureInfo.InvariantCulture, out var number) && accepts(number)) return number;
                result.AddError($"{name} {text}: must be {range}.");
                return null;
            },
        };

    /// <summary>A number above 0 with its unit, which may be left out: 60, 60W.</summary>
    private static Option<double?> Quantity(string name, char unit, string description) => new(name)
    {
        Description = description,
        HelpName = $"{unit}",
        CustomParser = result =>
        {
            var text = Single(result);
            var number = text.EndsWith(unit.ToString(), StringComparison.OrdinalIgnoreCase) ? text[..^1].TrimEnd() : text;
            if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && double.IsFinite(value)) return value;
            result.AddError($"{name} {text}: must be a number above 0, in {(unit == 'W' ? "watts" : "joules")}, for example 2.5{unit}.");
            return null;
        },
    };

    /// <summary>Whole numbers with commas between.</summary>
    /// <param name="item">What one of them is: "token id".</param>
    public static Option<int[]?> Numbers(string name, string description, string item) => new(name)
    {
        Description = description,
        HelpName = "1,2,3",
        CustomParser = result =>
        {
            var text = Single(result);
            var numbers = new List<int>();
            foreach (var part in text.Split(','))
            {
                if (int.TryParse(part, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)) numbers.Add(number);
                else result.AddError($"{name} {text}: '{part}' is no {item}; write {item}s with commas between, for example 1,2,3.");
            }
            return [.. numbers];
        },
    };

    private static string Single(ArgumentResult result) => result.Tokens[^1].Value;
}
