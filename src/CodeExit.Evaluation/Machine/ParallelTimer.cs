using System.Diagnostics;

namespace CodeExit.Evaluation.Machine;

/// <summary>Times work that all threads of the machine do at once: from the first that began to the last that was done.</summary>
internal static class ParallelTimer
{
    /// <param name="work">Called once per thread and round with the numbers of both.</param>
    /// <returns>Seconds of the fastest round: the one least disturbed by others.</returns>
    public static double Best(int threads, int rounds, Action<int, int> work)
    {
        var begins = new long[threads, rounds];
        var ends = new long[threads, rounds];
        using var together = new Barrier(threads);
        // Every thread takes its own times. One that only watched could itself be kept waiting and see the work begin late.
        void Participate(int thread)
        {
            for (var round = 0; round < rounds; round++)
            {
                together.SignalAndWait();
                begins[thread, round] = Stopwatch.GetTimestamp();
                work(thread, round);
                ends[thread, round] = Stopwatch.GetTimestamp();
            }
        }
        var others = new Thread[threads - 1];
        for (var index = 0; index < others.Length; index++)
        {
            var number = index + 1;
            others[index] = new Thread(() => Participate(number)) { IsBackground = true };
            others[index].Start();
        }
        Participate(0);
        foreach (var other in others) other.Join();
        return Enumerable.Range(0, rounds).Min(round => Span(begins, ends, round, threads));
    }

    private static double Span(long[,] begins, long[,] ends, int round, int threads)
    {
        long first = long.MaxValue, last = long.MinValue;
        for (var thread = 0; thread < threads; thread++)
        {
            first = Math.Min(first, begins[thread, round]);
            last = Math.Max(last, ends[thread, round]);
        }
        return Stopwatch.GetElapsedTime(first, last).TotalSeconds;
    }
}
