using System.Numerics;

namespace Runnel.Optimization;

/// <summary>Which places of a sequence are admitted, so that the n-th of them is found without asking again: a bit for each place and a count before
/// each 64. Looks further along the sequence as needed. Thread-safe.</summary>
internal sealed class AdmittedIndex(Func<long, bool> isAdmitted, long places)
{
    private readonly Lock turn = new();
    private readonly List<ulong> words = [];
    private readonly List<int> before = [];
    private int admitted;

    /// <summary>How many are admitted in all.</summary>
    public int CountAll()
    {
        lock (turn)
        {
            while (Look())
            {
            }

            return admitted;
        }
    }

    /// <summary>The place of the n-th admitted one, n from 0.</summary>
    /// <returns>The place; -1 where none of <paramref name="patience"/> places in a row was admitted.</returns>
    public long PlaceOf(int number, int patience = int.MaxValue)
    {
        lock (turn)
        {
            int found = admitted;
            for (long fruitless = 0; admitted <= number; fruitless = admitted == found ? fruitless + 64 : 0, found = admitted)
            {
                if (fruitless >= patience || !Look())
                    return -1;
            }

            int word = before.BinarySearch(number);
            if (word < 0)
                word = ~word - 1;
            while (word + 1 < before.Count && before[word + 1] == number)
                word++; // words without an admitted place
            ulong bits = words[word];
            for (int skip = number - before[word]; skip > 0; skip--)
                bits &= bits - 1;
            return word * 64L + BitOperations.TrailingZeroCount(bits);
        }
    }

    private bool Look()
    {
        long first = words.Count * 64L;
        if (first >= places)
            return false;
        ulong word = 0;
        for (int bit = 0; bit < Math.Min(64, places - first); bit++)
        {
            if (isAdmitted(first + bit))
                word |= 1UL << bit;
        }

        words.Add(word);
        before.Add(admitted);
        admitted += BitOperations.PopCount(word);
        return true;
    }
}
