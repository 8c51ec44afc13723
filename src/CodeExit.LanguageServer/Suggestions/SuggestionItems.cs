using System.Text.Json;
using CodeExit.Completion;
using CodeExit.LanguageServer.Documents;
using CodeExit.LanguageServer.Protocol;

namespace CodeExit.LanguageServer.Suggestions;

/// <summary>Puts a suggestion into the form that unmodified clients take.</summary>
internal static class SuggestionItems
{
    /// <summary>The command that a client runs when it accepted an item, with the suggestion's id as only argument.</summary>
    public const string DidAccept = "codeexit.didAccept";

    /// <summary>UTF-16 units of the line before the cursor that an item repeats; a line of a minified file can have millions.</summary>
    private const int MostRepeated = 1 << 10;

    /// <summary>
    /// The range begins at the line's first column and the text repeats what stands there. Any start up to the cursor would be within LSP;
    /// this one suits all: VS Code wants the replaced text to be a prefix of the item's and removes it again; Neovim skips the common
    /// prefix; LSP4IJ cuts insertText at (cursor − range start); and an item that holds its line's indentation looks the same where a
    /// client indents anew. One line, since VS Code shows no ghost text over a longer range. The end reaches over closing brackets and
    /// quotes that the suggestion brings itself.
    /// </summary>
    public static InlineCompletionItem Inline(Place place, CompletionResult result, string id)
    {
        TextBuffer text = place.Document.Text;
        int start = place.Cursor - Repeated(place);
        int end = CoveredEnd(place, result.Text);
        string full = text.Slice(start, place.Cursor) + result.Text;
        return new InlineCompletionItem(full, full, place.Range(start, end), Accept(id), ItemCost.Of(result));
    }

    /// <summary>UTF-16 units before the cursor that an inline item begins with.</summary>
    public static int Repeated(Place place) =>
        place.Cursor - PositionMapper.SnapToCodePoint(place.Document.Text, Math.Max(place.LineStart, place.Cursor - MostRepeated));

    /// <summary>Extends what the suggest widget has selected, over exactly its range: VS Code shows nothing else beside an open widget.</summary>
    public static InlineCompletionItem InlineAfter(SelectedCompletionInfo selected, CompletionResult result, string id)
    {
        string full = selected.Text + result.Text;
        return new InlineCompletionItem(full, full, selected.Range, Accept(id), ItemCost.Of(result));
    }

    /// <summary>For menus, which match what is typed against the word before the cursor: the item holds that word.</summary>
    public static CompletionItem Menu(Place place, CompletionResult result, string id)
    {
        TextBuffer text = place.Document.Text;
        string typed = text.Slice(Math.Max(place.LineStart, place.Cursor - MostRepeated), place.Cursor);
        int wordLength = typed.Length;
        while (wordLength > 0 && (char.IsLetterOrDigit(typed[wordLength - 1]) || typed[wordLength - 1] == '_')) wordLength--;
        string full = typed[wordLength..] + result.Text;
        string label = FirstLine(full);
        TextRange range = place.Range(place.Cursor - (typed.Length - wordLength), CoveredEnd(place, result.Text));
        return new CompletionItem(label, Kind: 1, "CodeExit", FilterText: label, InsertTextMode: 1, new TextEdit(range, full), Accept(id), ItemCost.Of(result));
    }

    /// <summary>The id of the suggestion that a client speaks of, given what it says are its command's arguments; null where there is none.</summary>
    public static string? IdOf(JsonElement[]? arguments)
        => arguments is [{ ValueKind: JsonValueKind.String } id, ..] ? id.GetString() : null;

    /// <summary>
    /// What of a suggestion is left for a client that cannot replace text behind the cursor (LSP4IJ skips what the range holds there, and
    /// inserts behind it): the part before the first bracket or quote that stands there already.
    /// </summary>
    public static CompletionResult InsertOnly(Place place, CompletionResult result) =>
        result with { Text = result.Text[..ClosingPairs.Before(result.Text, Rest(place))] };

    private static int CoveredEnd(Place place, string suggestion) => place.Cursor + ClosingPairs.Covered(suggestion, Rest(place));

    /// <summary>The line behind the cursor, as far as closers can reach.</summary>
    private static string Rest(Place place)
    {
        const int MostClosers = 64;
        return place.Document.Text.Slice(place.Cursor, Math.Min(place.LineEnd, place.Cursor + MostClosers));
    }

    /// <summary>A label is one line and not empty, also where the suggestion begins with a line end.</summary>
    private static string FirstLine(string text)
    {
        string trimmed = text.Trim();
        int end = trimmed.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? trimmed : trimmed[..end] + " …";
    }

    private static Command Accept(string id) => new("Accept", DidAccept, [id]);
}
