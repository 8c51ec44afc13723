namespace CodeExit.Training.Policies;

/// <summary>What happens to an agent: token after token of a text, each from the first exit on until it leaves. Texts come in a random order.</summary>
internal sealed class AgentEpisodes(TrainingSet set, AgentReward reward, Random random)
{
    private readonly int[] _starts = Starts(set.States.Texts);
    private int _token = -1;
    private int _exit;
    private int _end;

    /// <summary>Fills the agent's view of where it stands; a new text begins where the last has ended.</summary>
    public void Observe(Span<float> state)
    {
        if (_token < 0)
        {
            var episode = random.Next(_starts.Length - 1);
            (_token, _end, _exit) = (_starts[episode], _starts[episode + 1], 0);
        }
        set.Normalized(_exit, _token, state);
    }

    /// <returns>The reward, and whether the text has ended.</returns>
    public (float Reward, bool Ended) Act(bool exits)
    {
        var first = set.Exits[set.Readings.First(_token)];
        var (layer, layers) = (set.Exits[_exit], set.Exits[^1]);
        var gained = exits
            ? reward.Exit(layer, first, set.Readings.Agrees(_exit, _token), layers)
            : reward.Continue(layer, set.Exits[_exit + 1], first, layers);
        // Going on from the last choice runs all layers: there is nothing more to choose.
        if (!exits && ++_exit < set.Choices) return (gained, false);
        _exit = 0;
        var ended = ++_token == _end;
        if (ended) _token = -1;
        return (gained, ended);
    }

    /// <summary>Where each text's tokens begin, and one entry more: where all end.</summary>
    private static int[] Starts(int[] texts) =>
        [.. Enumerable.Range(0, texts.Length).Where(token => token == 0 || texts[token] != texts[token - 1]), texts.Length];
}
