using CodeExit.Inference.EarlyExit.Learned;
using CodeExit.Training.Policies;

namespace CodeExit.Tests.Training.Policies;

public sealed class AgentEpisodesTests
{
    private static readonly int[] Exits = [2, 4, 8];

    private static readonly AgentReward Reward = new();

    /// <summary>Two texts, of three tokens and of two. The state of token t at exit e is (t, e, 1): it says where the agent stands.</summary>
    private static readonly TrainingSet Set = ToySet.Create(
        Exits, [0, 0, 0, 1, 1], (exit, token) => [token, exit, 1], (exit, token) => exit >= token % 3);

    [Fact]
    public void Act_AlwaysContinues_SeesEveryChoiceOfEveryTokenOfATextInOrder()
    {
        var episodes = new AgentEpisodes(Set, Reward, new Random(1));
        var begun = new HashSet<int>();
        for (var episode = 0; episode < 20; episode++)
        {
            var start = Token(episodes);
            begun.Add(start);
            var end = start == 0 ? 3 : 5;
            for (var token = start; token < end; token++)
            {
                for (var exit = 0; exit < 2; exit++)
                {
                    Assert.Equal((token, exit), Place(episodes));
                    Assert.Equal((token, exit), Place(episodes)); // looking changes nothing
                    var (reward, ended) = episodes.Act(exits: false);

                    Assert.Equal(Reward.Continue(Exits[exit], Exits[exit + 1], Exits[Math.Min(2, token % 3)], 8), reward);
                    Assert.Equal(token == end - 1 && exit == 1, ended);
                }
            }
        }
        Assert.Equal([0, 3], begun.Order()); // both texts, each from its first token
    }

    [Fact]
    public void Act_Exits_GoesToTheFirstExitOfTheNextToken()
    {
        var episodes = new AgentEpisodes(Set, Reward, new Random(2));
        while (Token(episodes) != 0) Leave(episodes); // the text of three

        // Token 0: l* is layer 2. Leave there.
        Assert.Equal((Reward.Exit(2, 2, true, 8), false), episodes.Act(exits: true));
        // Token 1: l* is layer 4. Leave before it.
        Assert.Equal((1, 0), Place(episodes));
        Assert.Equal((Reward.Exit(2, 4, false, 8), false), episodes.Act(exits: true));
        // Token 2: l* is full depth. Go on once, then leave.
        Assert.Equal((2, 0), Place(episodes));
        Assert.Equal((Reward.Continue(2, 4, 8, 8), false), episodes.Act(exits: false));
        Assert.Equal((2, 1), Place(episodes));
        Assert.Equal((Reward.Exit(4, 8, false, 8), true), episodes.Act(exits: true));
        Assert.Contains(Place(episodes), new[] { (0, 0), (3, 0) });
    }

    [Fact]
    public void Observe_State_IsAsPoliciesSeeIt()
    {
        var (seen, expected) = (new float[3], new float[3]);

        new AgentEpisodes(Set, Reward, new Random(1)).Observe(seen);

        StateNormalization.Apply(Set.States.State(0, seen[0] == 0 ? 0 : 3), expected);
        Assert.Equal(expected, seen);
    }

    private static void Leave(AgentEpisodes episodes)
    {
        while (!episodes.Act(exits: true).Ended) { }
    }

    private static int Token(AgentEpisodes episodes) => Place(episodes).Token;

    private static (int Token, int Exit) Place(AgentEpisodes episodes)
    {
        var state = new float[3];
        episodes.Observe(state);
        return ((int)MathF.Round(state[0] / state[2]), (int)MathF.Round(state[1] / state[2]));
    }
}
