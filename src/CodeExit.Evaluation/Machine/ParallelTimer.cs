using System.Diagnostics;

namespace CodeExit.Evaluation.Machine;

/// <summary>Times work that all threads of the machine do at once: from the moment all are ready until the last is done.</summary>
internal static class ParallelTimer
{
    /// <param name="work">Called once per thread and round with the thread's number.</param>
    /// <returns>Seconds of the fastest round: the one least disturbed by others.</returns>
    public static double Best(int threads, int rounds, Action<int> work)
    {
        var best = double.PositiveInfinity;
        // One long-lived set of threads: starting threads inside a round would be measured with it.
        using var start = new Barrier(threads + 1);
        using var end = new Barrier(threads + 1);
        var workers = new Thread[threads];
        for (var index = 0; index < threads; index++)
        {
            var number = index;
            workers[index] = new Thread(() =>
            {
                for (var round = 0; round < rounds; round++)
                {
                    start.SignalAndWait();
                    work(number);
                    end.SignalAndWait();
                }
            })
            { IsBackground = true };
            workers[index].Start();
        }
        for (var round = 0; round < rounds; round++)
        {
            start.SignalAndWait();
            var began = Stopwatch.GetTimestamp();
            end.SignalAndWait();
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        foreach (var worker in workers) worker.Join();
        return best;
    }
}
