using CodeExit.Completion.Prompts;
using CodeExit.Completion.Stopping;

namespace CodeExit.Completion.Gate;

/// <summary>What the gate knows of a place, as numbers from 0 to 1: that of <see cref="PlaceFeatures"/>, and what happened just before.</summary>
internal static class GateFeatures
{
    private const int ManyRejections = 4;

    public static int Count { get; } = PlaceFeatures.Count + 5;

    public static float[] Of(CompletionRequest request, CursorContext cursor, TypingHistory history)
    {
        var features = new float[Count];
        PlaceFeatures.Of(request.Text, request.Offset, request.LanguageId).CopyTo(features, 0);
        var at = PlaceFeatures.Count;
        features[at++] = 1;
        features[at++] = Math.Min(1, history.RejectionsInARow / (float)ManyRejections);
        features[at++] = history.Deletions > 0 ? 1 : 0;
        features[at++] = cursor.RestOfLine.AsSpan().Trim(")]}>;,:\"'` ").IsEmpty ? 0 : 1;
        features[at] = IndentationStyle.OpensLevel(cursor.LinePrefix) ? 1 : 0;
        return features;
    }
}
