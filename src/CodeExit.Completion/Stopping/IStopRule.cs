namespace CodeExit.Completion.Stopping;

/// <summary>The end of a suggestion.</summary>
/// <param name="Keep">End of what is kept, an index into <see cref="SuggestionText"/>.</param>
internal readonly record struct Stop(StopReason Reason, int Keep);

/// <summary>
/// One reason to end a suggestion. Rules look after every character, not after every token: how the model happens to cut its text then
/// has no influence on where it ends. A rule lives for one suggestion.
/// </summary>
internal interface IStopRule
{
    /// <summary>Looks at the text after its last character came in.</summary>
    /// <returns>Null to go on.</returns>
    Stop? Look(SuggestionText text);

    /// <summary>Looks once more when the decode has ended by itself: the last line will not grow any further.</summary>
    Stop? LookAtEnd(SuggestionText text) => null;

    /// <summary>The last word on the end of what is kept, whatever the suggestion ended by.</summary>
    int Keep(SuggestionText text, int keep) => keep;
}
