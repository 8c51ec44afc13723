namespace CodeExit.Inference.Tokenization.Loading;

/// <summary>Reads from <c>post_processor</c> what it puts before a text.</summary>
internal static class PostProcessorFile
{
    public static IReadOnlyList<int> ReadPrologue(JsonPart? part, Vocabulary vocabulary)
    {
        if (part is not { } processor)
            return [];
        var type = processor.Required("type").Text();
        return type switch
        {
            "ByteLevel" => [], // moves offsets, leaves the tokens alone
            "Sequence" => [.. processor.Required("processors").Items().Reverse().SelectMany(item => ReadPrologue(item, vocabulary))],
            "TemplateProcessing" => ReadTemplate(processor, vocabulary),
            _ => throw processor.Error($"the type {type} is not supported; supported are TemplateProcessing, ByteLevel and Sequence"),
        };
    }

    // The special tokens before the text itself, as in [BOS, A]. What follows the text (an end token) has no place in a completion.
    private static List<int> ReadTemplate(JsonPart template, Vocabulary vocabulary)
    {
        var prologue = new List<int>();
        foreach (var piece in template.Required("single").Items())
        {
            if (piece.Optional("SpecialToken") is not { } special)
                break;
            prologue.AddRange(ReadTokenIds(template, special, vocabulary));
        }
        return prologue;
    }

    private static IEnumerable<int> ReadTokenIds(JsonPart template, JsonPart special, Vocabulary vocabulary)
    {
        var name = special.Required("id").Text();
        foreach (var item in template.Required("special_tokens").Required(name).Required("ids").Items())
        {
            var id = item.Id();
            if (vocabulary.Bytes(id).IsEmpty)
                throw item.Error($"the id {id} of '{name}' is not in the vocabulary");
            yield return id;
        }
    }
}
