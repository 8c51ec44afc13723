using CodeExit.Completion.Calibration;
using CodeExit.Telemetry;

namespace CodeExit.Completion;

/// <summary>Why a suggestion ended where it did.</summary>
public enum StopReason
{
    /// <summary>The model ended the text.</summary>
    EndOfText,

    /// <summary>The next line left the block that the cursor is in.</summary>
    Dedent,

    /// <summary>The model began to repeat what follows the cursor.</summary>
    RepeatsSuffix,

    /// <summary>A line was finished and only one was wanted.</summary>
    EndOfLine,

    /// <summary>The token budget or the context was used up.</summary>
    Budget,

    /// <summary>The model wrote the same over and over, or what stands right before the cursor.</summary>
    Repetition,

    /// <summary>A gap of blank lines: what follows is another piece of code.</summary>
    BlankLines,

    /// <summary>A bracket was closed that nobody opened.</summary>
    UnbalancedCloser,

    /// <summary>A line was not indented as the document is.</summary>
    WrongIndentation,

    /// <summary>The line looked as if it held a key, a token or a password.</summary>
    Secret,

    /// <summary>The model wrote bytes that are no character.</summary>
    BrokenCharacter,

    /// <summary>The exit policy saw nothing coming that would be worth its layers.</summary>
    Policy,

    /// <summary>Suggestions pause, on battery: nothing was run.</summary>
    Paused,
}

/// <summary>Where an answer came from.</summary>
public enum AnswerSource
{
    /// <summary>The model wrote it for this request.</summary>
    Model,

    /// <summary>The model was writing it for an older request when this one came, and what was typed since is what it says.</summary>
    Running,

    /// <summary>It was told before, or is the rest of what was. Nothing was run for it: no token, no joule.</summary>
    Cache,
}

/// <summary>Latencies in milliseconds, monotonic clock.</summary>
public sealed record CompletionLatency(double Total, double FirstToken, double Prefill, double Decode);

/// <summary>One suggestion and what it cost.</summary>
/// <param name="Text">To be inserted at the cursor; may be empty.</param>
/// <param name="LayersPerToken">Layers run for each decoded token.</param>
/// <param name="LayerCount">Layers at full depth.</param>
public sealed record CompletionResult(
    string Text,
    StopReason StopReason,
    int Tokens,
    int PromptTokens,
    int PromptTokensReused,
    int LayerCount,
    IReadOnlyList<int> LayersPerToken,
    CompletionLatency Latency,
    EnergyMeasurement Energy,
    string Policy,
    string Mode,
    string Model,
    string Device)
{
    /// <summary>Names the request in reports of what became of its suggestion. One that answers again keeps its name.</summary>
    public long Id { get; init; }

    /// <summary>Of <see cref="Text"/>.</summary>
    public AnswerSource Source { get; init; }

    /// <summary>
    /// What the request took, measured. <see cref="Energy"/> is what could be said when the text was ready; this comes up to a second
    /// later, as a counter has to move once more. Null where nothing is measured.
    /// </summary>
    public Task<EnergyMeasurement>? MeasuredEnergy { get; init; }

    /// <summary>
    /// Where the model is on a card: what the processor took meanwhile, as late as <see cref="MeasuredEnergy"/> and never added to it. Null
    /// where the model is on the processor.
    /// </summary>
    public Task<EnergyMeasurement>? ProcessorEnergy { get; init; }

    /// <summary>The exit policy's part of the decode time: its looks, less the read-outs that were of use anyway.</summary>
    public TimeSpan Probes { get; init; }

    /// <summary>What the mode promises; null where it promises nothing that had to be measured.</summary>
    public CalibratedMode? Calibration { get; init; }
}
