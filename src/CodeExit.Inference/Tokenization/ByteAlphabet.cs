namespace CodeExit.Inference.Tokenization;

/// <summary>GPT-2's spelling of bytes: printable Latin-1 stands for itself, the other 68 bytes are U+0100 and up, in order.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = MakeLetters();
    private static readonly short[] Values = MakeValues(); // by letter, the byte plus one; 0 for what is no letter

    public static char Letter(byte value) => Letters[value];

    /// <summary>Reads a spelling; false, with the bytes undefined, where it holds a character that is no letter of the alphabet.</summary>
    /// <param name="bytes">At least as long as <paramref name="spelling"/>.</param>
    public static bool TryRead(ReadOnlySpan<char> spelling, Span<byte> bytes)
    {
        for (var i = 0; i < spelling.Length; i++)
        {
            var value = spelling[i] < Values.Length ? Values[spelling[i]] : 0;
            if (value == 0)
                return false;
            bytes[i] = (byte)(value - 1);
        }
        return true;
    }

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var printable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            letters[value] = (char)(printable ? value : next++);
        }
        return letters;
    }

    private static short[] MakeValues()
    {
        // The soft hyphen, 0xAD, is the last byte without a letter of its own.
        var values = new short[Letters[0xAD] + 1];
        for (short value = 0; value < 256; value++)
            values[Letters[value]] = (short)(value + 1);
        return values;
    }
}
