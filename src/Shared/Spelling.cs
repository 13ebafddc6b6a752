namespace Runnel.Shared;

internal static class Spelling
{
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

    private static string Plain(string word) => string.Concat(word.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    // Levenshtein: least insertions, deletions and replacements. Words are short; the longest is cut so that a hostile one costs nothing.
    private static int Distance(string left, string right)
    {
        left = left.Length > 64 ? left[..64] : left;
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
