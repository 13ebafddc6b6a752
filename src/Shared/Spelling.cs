namespace Runnel.Shared;

/// <summary>What a misspelt name was probably meant to be.</summary>
internal static class Spelling
{
    private const int Longest = 64; // the rest of a longer word is not looked at, so that a hostile one costs nothing

    /// <summary>" Did you mean …?" with the nearest candidate, or the empty string where none is near.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) => Nearest(word, candidates) is { } near ? $" Did you mean {near}?" : "";

    /// <summary>The candidate that a word was probably meant to be, or null where none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string wanted = Plain(word);
        return candidates
            .Select(candidate => (candidate, distance: Distance(wanted, Plain(candidate))))
            .Where(c => c.distance <= Math.Max(1, c.candidate.Length / 3))
            .OrderBy(c => c.distance)
            .Select(c => c.candidate)
            .FirstOrDefault();
    }

    private static string Plain(string word) => string.Concat(word.Take(Longest).Where(char.IsLetterOrDigit)).ToLowerInvariant();

    // Optimal string alignment: least insertions, deletions, replacements and swaps of neighbours.
    private static int Distance(string left, string right)
    {
        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
            cost[i, 0] = i;
        for (int j = 0; j <= right.Length; j++)
            cost[0, j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = cost[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[left.Length, right.Length];
    }
}
