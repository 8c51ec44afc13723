using Polly;
using Polly.Retry;

namespace CodeExit.Cli.Hub;

/// <summary>How long a host is waited for.</summary>
internal sealed record HubPatience
{
    /// <summary>Tries in a row that may bring nothing.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>Before the second try; doubled for each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest pause that a host may ask for.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Without a byte, after which a connection counts as dead.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>Tries again after what may pass. A try that brought bytes starts the count anew: a long download over a poor line gets through.</summary>
internal sealed class HubRetries
{
    private readonly HubPatience _patience;
    private readonly ResiliencePipeline _pipeline;
    private int _fruitless;
    private long _farthest;

    public HubRetries(HubPatience patience)
    {
        _patience = patience;
        _pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is HubTransientException && _fruitless + 1 < patience.Tries),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(Pause((HubTransientException)arguments.Outcome.Exception!)),
                OnRetry = _ =>
                {
                    _fruitless++;
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Bytes up to here were brought. Those that were there before count for nothing, or a line that always breaks at one place would be tried for ever.</summary>
    public void Reached(long position)
    {
        if (position <= _farthest) return;
        _farthest = position;
        _fruitless = 0;
    }

    /// <exception cref="CliException">It did not pass.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await _pipeline.ExecuteAsync(async token => await work(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (HubTransientException exception)
        {
            throw new CliException($"{exception.Message}; tried {_patience.Tries} times");
        }
    }

    private TimeSpan Pause(HubTransientException exception)
    {
        var own = _patience.FirstPause * Math.Pow(2, _fruitless);
        var asked = exception.RetryAfter ?? TimeSpan.Zero;
        return asked <= own ? own : asked < _patience.LongestPause ? asked : _patience.LongestPause;
    }
}
