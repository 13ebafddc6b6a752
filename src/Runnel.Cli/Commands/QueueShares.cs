using System.Globalization;

namespace Runnel.Cli.Commands;

/// <summary>Several queues that share the worker processes of one command, each by its weight.</summary>
internal sealed class QueueShares
{
    private const int MostWeight = 1000;
    private readonly (string Queue, int Weight)[] shares;

    private QueueShares((string Queue, int Weight)[] shares) => this.shares = shares;

    public IEnumerable<string> Queues => shares.Select(share => share.Queue);

    /// <summary>One queue that has all processes.</summary>
    public static QueueShares Of(string queue) => new([(queue, 1)]);

    /// <summary>Reads <c>a=5,b=1</c>; a name alone has the weight 1. Names may hold '='; the last one counts.</summary>
    /// <exception cref="RunnelException">It says something else.</exception>
    public static QueueShares Parse(string source, string text)
    {
        List<(string Queue, int Weight)> shares = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int at = part.LastIndexOf('=');
            string queue = (at < 0 ? part : part[..at]).Trim(), weight = at < 0 ? "1" : part[(at + 1)..].Trim();
            if (queue.Length == 0 || !int.TryParse(weight, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed) || parsed is < 1 or > MostWeight)
                throw new RunnelException($"{source} has '{part}'; give names of queues with weights from 1 to {MostWeight}, for instance backtests=5,mail=1.");
            if (shares.Exists(share => share.Queue == queue))
                throw new RunnelException($"{source} names the queue '{queue}' twice; give each once.");
            shares.Add((queue, parsed));
        }

        return new QueueShares([.. shares]);
    }

    /// <summary>Worker processes of each queue, in the order of <see cref="Queues"/>: one for each, and the others by weight with the
    /// divisor method of D'Hondt, by which a queue never has fewer of more.</summary>
    /// <exception cref="RunnelException">There are fewer processes than queues.</exception>
    public int[] Allot(int workers)
    {
        if (workers < shares.Length)
        {
            throw new RunnelException($"--workers is {workers} for {shares.Length} queues ({string.Join(", ", Queues)}); a queue needs a process of its own at least: "
                + $"give --workers {shares.Length} or more, or fewer queues.");
        }

        int[] allotted = [.. shares.Select(_ => 1)];
        for (int left = workers - shares.Length; left > 0; left--)
        {
            int next = 0;
            for (int i = 1; i < shares.Length; i++)
            {
                if ((long)shares[i].Weight * (allotted[next] + 1) > (long)shares[next].Weight * (allotted[i] + 1))
                    next = i;
            }

            allotted[next]++;
        }

        return allotted;
    }
}
