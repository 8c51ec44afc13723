namespace CodeExit.Completion.Reuse;

/// <summary>
/// Suggestions by the place that they were written for. A request is answered by one where its document is the same, or differs only by
/// the suggestion's beginning, typed at the cursor: going back, typing through and taking a part of it cost no model call. What is answered
/// is what was shown before, less what was typed. Safe for many threads.
/// </summary>
public sealed class SuggestionCache
{
    /// <summary>UTF-16 units of documents kept: some fifty places in usual files, ten in files larger than a request's window.</summary>
    private const int MostCharacters = 1 << 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<CachedSuggestion> _entries = new(); // the one shown last comes first
    private long _characters;

    /// <summary>Whether <see cref="Find"/> would find something.</summary>
    internal bool Holds(CompletionRequest request)
    {
        lock (_lock) return _entries.Any(entry => entry.Rest(request) is not null);
    }

    /// <returns>Null where nothing that is remembered fits.</returns>
    internal CompletionResult? Find(CompletionRequest request)
    {
        lock (_lock)
        {
            // A scan, for the way from an entry to the texts that it answers is no function of them. What does not fit mostly shows by its lengths.
            for (var node = _entries.First; node is not null; node = node.Next)
            {
                if (node.Value.Answer(request) is not { } answer) continue;
                _entries.Remove(node);
                _entries.AddFirst(node);
                return answer;
            }
            return null;
        }
    }

    /// <param name="isTold">Whether somebody was told what it cost; if not, whom it answers first is.</param>
    internal void Add(CompletionRequest request, CompletionResult result, bool isTold)
    {
        lock (_lock)
        {
            _entries.AddFirst(new CachedSuggestion(request, result, isTold));
            for (_characters += request.Text.Length; _characters > MostCharacters; _entries.RemoveLast()) _characters -= _entries.Last!.Value.Characters;
        }
    }

    internal void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _characters = 0;
        }
    }
}
