namespace CodeExit.Telemetry.Costs;

/// <summary>
/// Least squares with no coefficient below zero, by the active-set method of Lawson and Hanson (Solving Least Squares Problems, 1974,
/// chapter 23), on the normal equations: few terms, many samples that are not kept.
/// </summary>
internal static class NonNegativeLeastSquares
{
    private const double Tolerance = 1e-12;

    /// <param name="products">XᵀX, [terms, terms].</param>
    /// <param name="moments">Xᵀy, [terms].</param>
    /// <param name="ridge">Added to the diagonal as a share of it, so that units of the terms do not matter.</param>
    public static double[] Solve(double[,] products, double[] moments, double ridge)
    {
        var terms = moments.Length;
        // Scaled to a diagonal of 1; a term that never occurred stays out.
        var scale = new double[terms];
        for (var i = 0; i < terms; i++) scale[i] = products[i, i] > 0 ? 1 / Math.Sqrt(products[i, i]) : 0;
        var matrix = new double[terms, terms];
        var target = new double[terms];
        for (var i = 0; i < terms; i++)
        {
            for (var j = 0; j < terms; j++) matrix[i, j] = products[i, j] * scale[i] * scale[j] + (i == j ? ridge : 0);
            target[i] = moments[i] * scale[i];
        }
        var solution = ActiveSet(matrix, target);
        for (var i = 0; i < terms; i++) solution[i] *= scale[i];
        return solution;
    }

    private static double[] ActiveSet(double[,] matrix, double[] target)
    {
        var terms = target.Length;
        var solution = new double[terms];
        var free = new List<int>();
        // Each round lets one term go; with few terms it ends long before this bound, which is for rounding that goes round in a circle.
        for (var round = 0; round < 10 * terms; round++)
        {
            var best = -1;
            var steepest = Tolerance * target.Max(Math.Abs);
            for (var i = 0; i < terms; i++)
            {
                if (free.Contains(i) || Slope(matrix, target, solution, i) is var slope && slope <= steepest) continue;
                (best, steepest) = (i, slope);
            }
            if (best < 0) break;
            free.Add(best);
            Settle(matrix, target, solution, free);
        }
        return solution;
    }

    /// <summary>Solves for the free terms; where one would fall below zero, goes as far as that allows, binds it, and solves again.</summary>
    private static void Settle(double[,] matrix, double[] target, double[] solution, List<int> free)
    {
        while (free.Count > 0)
        {
            var wanted = SolveFree(matrix, target, free);
            var step = 1.0;
            for (var k = 0; k < free.Count; k++)
            {
                if (wanted[k] < 0) step = Math.Min(step, solution[free[k]] / (solution[free[k]] - wanted[k]));
            }
            for (var k = 0; k < free.Count; k++) solution[free[k]] += step * (wanted[k] - solution[free[k]]);
            if (step >= 1) return;
            foreach (var term in free.Where(term => solution[term] <= Tolerance).ToArray())
            {
                solution[term] = 0;
                free.Remove(term);
            }
        }
    }

    private static double Slope(double[,] matrix, double[] target, double[] solution, int term)
    {
        var slope = target[term];
        for (var j = 0; j < solution.Length; j++) slope -= matrix[term, j] * solution[j];
        return slope;
    }

    /// <summary>Gaussian elimination; the ridge keeps the matrix positive definite, so that no pivoting is needed.</summary>
    private static double[] SolveFree(double[,] matrix, double[] target, List<int> free)
    {
        var n = free.Count;
        var rows = new double[n, n + 1];
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++) rows[i, j] = matrix[free[i], free[j]];
            rows[i, n] = target[free[i]];
        }
        for (var pivot = 0; pivot < n; pivot++)
        {
            for (var i = pivot + 1; i < n; i++)
            {
                var factor = rows[i, pivot] / rows[pivot, pivot];
                for (var j = pivot; j <= n; j++) rows[i, j] -= factor * rows[pivot, j];
            }
        }
        var solved = new double[n];
        for (var i = n - 1; i >= 0; i--)
        {
            var sum = rows[i, n];
            for (var j = i + 1; j < n; j++) sum -= rows[i, j] * solved[j];
            solved[i] = sum / rows[i, i];
        }
        return solved;
    }
}
