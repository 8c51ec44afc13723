namespace CodeExit.Inference.Tokenization;

/// <summary>A token that is found in the text as a whole, before any splitting.</summary>
/// <param name="Content">Its written form.</param>
/// <param name="Special">Flagged special by the tokenizer's authors.</param>
/// <param name="Normalized">Looked for in the normalized text rather than in the text as given.</param>
/// <param name="TakesLeft">Swallows the white space before it (<c>lstrip</c>).</param>
/// <param name="TakesRight">Swallows the white space behind it (<c>rstrip</c>).</param>
/// <param name="SingleWord">Counts only where no word character touches it.</param>
internal sealed record AddedToken(
    int Id, string Content, bool Special, bool Normalized, bool TakesLeft, bool TakesRight, bool SingleWord);
