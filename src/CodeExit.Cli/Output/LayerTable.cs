namespace CodeExit.Cli.Output;

/// <summary>One layer's reading, ready to show.</summary>
/// <param name="Top">The likeliest tokens, best first.</param>
/// <param name="FinalProbability">What this layer gives to the final layer's answer.</param>
internal sealed record LayerRow(int Layer, bool IsExit, IReadOnlyList<(int Token, float Logit, double Probability)> Top, double FinalProbability)
{
    public int Answer => Top[0].Token;
}

/// <summary>Readings of all layers, compared with the last.</summary>
/// <param name="SettledAt">The first layer from which on the answer is the final one.</param>
internal sealed record LayerTable(IReadOnlyList<LayerRow> Rows, int SettledAt)
{
    public const int TopCount = 5;

    /// <param name="exitLayers">Layers trained to be read out.</param>
    public static LayerTable Of(IReadOnlyList<LayerReading> readings, IReadOnlyList<int> exitLayers)
    {
        var answer = Best(readings[^1].Logits, 1)[0];
        var rows = readings.Select(reading => Row(reading, answer, exitLayers.Contains(reading.Layer))).ToArray();
        var settled = rows.Length - 1;
        while (settled > 0 && rows[settled - 1].Answer == answer) settled--;
        return new LayerTable(rows, rows[settled].Layer);
    }

    private static LayerRow Row(LayerReading reading, int answer, bool isExit)
    {
        var (max, sum) = SoftmaxTerms(reading.Logits);
        var top = Best(reading.Logits, TopCount).Select(id => (id, reading.Logits[id], Math.Exp(reading.Logits[id] - max) / sum));
        return new LayerRow(reading.Layer, isExit, top.ToArray(), Math.Exp(reading.Logits[answer] - max) / sum);
    }

    private static (float Max, double Sum) SoftmaxTerms(float[] logits)
    {
        var max = logits.Max();
        return (max, logits.Sum(logit => Math.Exp(logit - max)));
    }

    /// <summary>Ids of the greatest logits, best first; of equals the lower id, as argmax has it.</summary>
    private static List<int> Best(float[] logits, int count)
    {
        var best = new List<int>(count + 1);
        for (var id = 0; id < logits.Length; id++)
        {
            if (best.Count == count && !(logits[id] > logits[best[^1]])) continue;
            var place = best.Count;
            while (place > 0 && logits[id] > logits[best[place - 1]]) place--;
            best.Insert(place, id);
            if (best.Count > count) best.RemoveAt(count);
        }
        return best;
    }
}
