namespace CodeExit.Inference.Tokenization.Loading;

/// <summary>Reads <c>added_tokens</c>.</summary>
internal static class AddedTokenFile
{
    /// <summary>Reads the tokens and adds them to the vocabulary.</summary>
    public static IReadOnlyList<AddedToken> Read(JsonPart? part, Vocabulary vocabulary)
    {
        var tokens = new List<AddedToken>();
        var contents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in part?.Items() ?? [])
        {
            var token = ReadToken(item);
            if (token.Content.Length == 0)
                continue; // Hugging Face's tokenizers skips these
            if (!contents.Add(token.Content))
                throw item.Error($"the token '{token.Content}' occurs twice");
            if (vocabulary.TryAddWritten(token.Content, token.Id) is { } problem)
                throw item.Error(problem);
            tokens.Add(token);
        }
        return tokens;
    }

    private static AddedToken ReadToken(JsonPart item)
    {
        var special = item.Flag("special", absent: false);
        return new AddedToken(
            item.Required("id").Id(),
            item.Required("content").Text(),
            special,
            Normalized: item.Flag("normalized", absent: !special),
            TakesLeft: item.Flag("lstrip", absent: false),
            TakesRight: item.Flag("rstrip", absent: false),
            SingleWord: item.Flag("single_word", absent: false));
    }
}
