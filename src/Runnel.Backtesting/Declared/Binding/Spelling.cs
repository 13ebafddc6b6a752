namespace Runnel.Backtesting;

internal static class Spelling
{
    /// <summary>"Did you mean …?" with the known name nearest to a word, or the empty string where none is near.</summary>
    public static string Hint(string word, IEnumerable<string> known)
    {
        string wanted = word.ToLowerInvariant();
        string? nearest = known
            .Select(name => (name, distance: Distance(wanted, name.ToLowerInvariant())))
            .Where(c => c.distance <= Math.Max(1, c.name.Length / 3))
            .OrderBy(c => c.distance)
            .Select(c => c.name)
            .FirstOrDefault();
        return nearest is null ? "" : $" Did you mean {nearest}?";
    }

    // Optimal string alignment: least insertions, deletions, replacements and swaps of neighbours.
    private static int Distance(string left, string right)
    {
        if (left.Length > 40)
            return int.MaxValue;
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
