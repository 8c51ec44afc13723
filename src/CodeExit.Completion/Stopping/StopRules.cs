namespace CodeExit.Completion.Stopping;

/// <summary>The rules that hold at a place. Where two would end at the same character, the first one listed does.</summary>
internal static class StopRules
{
    public static IReadOnlyList<IStopRule> At(CursorContext cursor)
    {
        List<IStopRule> rules = [new BrokenCharacterRule(), new LoopRule()];
        if (cursor.TextFollows)
        {
            rules.Add(new RepeatsRestOfLineRule(cursor));
            rules.Add(new EndOfLineRule(cursor));
        }
        else
        {
            rules.Add(new RepeatsNextLinesRule(cursor));
            rules.Add(new RepetitionRule());
            rules.Add(new BlankLinesRule());
            rules.Add(new DedentRule(cursor));
        }
        return rules;
    }
}
