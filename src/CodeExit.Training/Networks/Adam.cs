namespace CodeExit.Training.Networks;

/// <summary>Kingma and Ba (1412.6980), over one array of parameters.</summary>
/// <param name="count">Parameters.</param>
internal sealed class Adam(int count, float epsilon = 1e-8f)
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f;

    private readonly float[] _mean = new float[count];
    private readonly float[] _square = new float[count];
    private int _steps;

    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient, float rate)
    {
        _steps++;
        var correction1 = 1 - MathF.Pow(Beta1, _steps);
        var correction2 = 1 - MathF.Pow(Beta2, _steps);
        for (var i = 0; i < parameters.Length; i++)
        {
            var g = gradient[i];
            _mean[i] += (1 - Beta1) * (g - _mean[i]);
            _square[i] += (1 - Beta2) * (g * g - _square[i]);
            parameters[i] -= rate * (_mean[i] / correction1) / (MathF.Sqrt(_square[i] / correction2) + epsilon);
        }
    }
}
