using CodeExit.Inference.Compute.Cpu;

namespace CodeExit.Tests.Inference.Compute;

public sealed class WorkerTeamTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 7)]
    [InlineData(3, 2)]
    [InlineData(5, 0)]
    public void Share_AnyTotal_CoversItOnceInOrder(int workers, int total)
    {
        using var team = new WorkerTeam(workers);
        var shares = Enumerable.Range(0, workers).Select(worker => team.Share(worker, total)).ToArray();

        Assert.Equal(Enumerable.Range(0, total), shares.SelectMany(share => Enumerable.Range(share.First, share.End - share.First)));
        Assert.InRange(shares.Max(s => s.End - s.First) - shares.Min(s => s.End - s.First), 0, 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Barrier_ManyPhases_EveryWorkerSeesAllEarlierWrites(int workers)
    {
        using var team = new WorkerTeam(workers);
        var work = new Phases(workers, phases: 300);
        for (var run = 0; run < 20; run++) team.Run(work);

        Assert.Equal(0, work.Violations);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Run_WorkerThrows_CallerGetsTheFailureAndTeamStaysUsable(int failing)
    {
        using var team = new WorkerTeam(2);

        var failure = Assert.Throws<InvalidOperationException>(() => team.Run(new Failing(failing)));
        Assert.Equal("planned", failure.InnerException!.Message);

        var work = new Phases(2, phases: 10);
        team.Run(work);
        Assert.Equal(0, work.Violations);
    }

    [Fact]
    public void Run_AfterDispose_Throws()
    {
        var team = new WorkerTeam(2);
        team.Dispose();

        Assert.Throws<ObjectDisposedException>(() => team.Run(new Phases(2, 1)));
    }

    private sealed class Phases(int workers, int phases) : ITeamWork
    {
        private readonly int[] _progress = new int[workers];
        private int _violations;

        public int Violations => _violations;

        public void Execute(WorkerTeam team, int worker)
        {
            var start = _progress[worker];
            for (var phase = 1; phase <= phases; phase++)
            {
                _progress[worker] = start + phase;
                team.Barrier();
                foreach (var other in _progress)
                {
                    if (other != start + phase) Interlocked.Increment(ref _violations);
                }
                team.Barrier();
            }
        }
    }

    private sealed class Failing(int failing) : ITeamWork
    {
        public void Execute(WorkerTeam team, int worker)
        {
            if (worker == failing) throw new InvalidDataException("planned");
            team.Barrier();
        }
    }
}
