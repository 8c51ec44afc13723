namespace CodeExit.LanguageServer.Documents;

/// <summary>What a position's <c>character</c> counts from the start of its line.</summary>
internal enum PositionEncoding
{
    /// <summary>UTF-16 units; what every client must understand.</summary>
    Utf16,

    /// <summary>Bytes of UTF-8.</summary>
    Utf8,
}
