namespace CodeExit.LanguageServer.Documents;

/// <summary>An open document at one moment; never changes.</summary>
/// <param name="Uri">As the client spells it: any scheme, compared as a string.</param>
/// <param name="Version">As the client last said; null where it said none.</param>
internal sealed record DocumentSnapshot(string Uri, string? LanguageId, int? Version, TextBuffer Text);
