namespace CodeExit.Tests.Training;

/// <summary>Numbers for tests: the same seed gives the same.</summary>
internal static class RandomValues
{
    /// <summary>Of a normal distribution (Box and Muller 1958).</summary>
    public static float Normal(this Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    public static float[] Normals(this Random random, int count, float scale = 1)
    {
        var values = new float[count];
        foreach (ref var value in values.AsSpan()) value = random.Normal() * scale;
        return values;
    }
}
