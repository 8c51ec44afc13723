namespace CodeExit.Completion.Stopping;

/// <summary>The rules that hold at a place. Where two would end at the same character, the first one listed does.</summary>
internal static class StopRules
{
    public static IReadOnlyList<IStopRule> At(CursorContext cursor)
    {
        List<IStopRule> rules = [new BrokenCharacterRule(), new SecretRule(), new LoopRule(), new CountingLoopRule()];
        if (cursor.TextFollows)
        {
            rules.Add(new RepeatsRestOfLineRule(cursor));
            rules.Add(new EndOfLineRule(cursor));
            if (cursor.Syntax.Balanced) rules.Add(new UnbalancedCloserRule(cursor));
        }
        else
        {
            rules.Add(new RepeatsNextLinesRule(cursor));
            rules.Add(new RepetitionRule());
            rules.Add(new EchoRule(cursor));
            rules.Add(new BlankLinesRule());
            if (cursor.Syntax.Balanced) rules.Add(new UnbalancedCloserRule(cursor));
            rules.Add(new DedentRule(cursor));
            rules.Add(new IndentationRule(cursor));
            if (!string.IsNullOrWhiteSpace(cursor.LinePrefix)) rules.Add(new EndOfStatementRule(cursor));
        }
        return rules;
    }
}
