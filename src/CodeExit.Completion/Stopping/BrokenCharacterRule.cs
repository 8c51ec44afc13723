using System.Text;

namespace CodeExit.Completion.Stopping;

/// <summary>Ends at bytes that are no UTF-8: the model has lost the thread, and half a character must not reach a file.</summary>
internal sealed class BrokenCharacterRule : IStopRule
{
    public Stop? Look(SuggestionText text) =>
        text.Last == Rune.ReplacementChar.Value ? new Stop(StopReason.BrokenCharacter, text.ContentEnd(text.Length - 1)) : null;
}
