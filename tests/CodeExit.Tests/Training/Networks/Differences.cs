namespace CodeExit.Tests.Training.Networks;

/// <summary>Gradients by central differences.</summary>
internal static class Differences
{
    private const double Step = 1e-5;

    public static double[] Gradient(double[] parameters, Func<double> loss)
    {
        var gradient = new double[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            var before = parameters[i];
            parameters[i] = before + Step;
            var above = loss();
            parameters[i] = before - Step;
            gradient[i] = (above - loss()) / (2 * Step);
            parameters[i] = before;
        }
        return gradient;
    }
}
