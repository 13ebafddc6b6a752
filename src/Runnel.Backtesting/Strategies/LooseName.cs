using System.Text;

namespace Runnel.Backtesting;

/// <summary>Compares names as people write them: "EMA Crossover", "ema-cross" and "emaCross" are one.</summary>
internal static class LooseName
{
    private static readonly HashSet<string> Fillers = ["period", "periods", "length", "len", "window", "bars", "ema", "sma", "ma", "value", "level"];

    public static string OfStrategy(string name) => string.Concat(Words(name).Where(word => word is not ("strategy" or "system")))
        .Replace("crossover", "cross", StringComparison.Ordinal)
        .Replace("meanreversion", "mr", StringComparison.Ordinal)
        .Replace("reversion", "mr", StringComparison.Ordinal);

    public static string OfParameter(string name)
    {
        string[] words = Words(name);
        string[] telling = [.. words.Where(word => !Fillers.Contains(word))];
        return string.Concat(telling.Length > 0 ? telling : words);
    }

    private static string[] Words(string name)
    {
        StringBuilder spaced = new();
        for (int i = 0; i < name.Length; i++)
        {
            bool startsWord = i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]);
            if (startsWord)
                spaced.Append(' ');
            spaced.Append(char.IsLetterOrDigit(name[i]) ? char.ToLowerInvariant(name[i]) : ' ');
        }

        return spaced.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
