namespace Runnel.MarketData;

/// <summary>Mends stored funding: damaged files are deleted and fetched again.</summary>
/// <param name="store">The store.</param>
/// <param name="fetcher">Fetches into it.</param>
public sealed class FundingRepair(FundingStore store, FundingFetcher fetcher)
{
    /// <summary>Repairs. May be killed and started again at any moment: what was deleted counts as not fetched.</summary>
    /// <param name="series">Which contract.</param>
    /// <param name="progress">Told what is being done, in words; null for nobody.</param>
    /// <param name="cancellationToken">Ends it between two files.</param>
    /// <returns>Damaged files, and payments that were stored anew.</returns>
    /// <exception cref="MarketDataException">Nothing is stored; or the payments came from a file, so that the exchange has no right copy; damaged files of it are kept. Or
    /// the exchange cannot be reached.</exception>
    public async Task<KlineRepairResult> RepairAsync(FundingSeries series, Action<string>? progress, CancellationToken cancellationToken)
    {
        StoredFunding stored = await store.FindAsync(series, cancellationToken) ?? throw new MarketDataException($"The store {store.Folder} has nothing of {series}.");
        IReadOnlyList<DamagedFile> damaged = await store.VerifyAsync(series, cancellationToken);
        if (damaged.Count > 0 && stored.Origins.Any(o => o != KlineFetcher.Origin))
        {
            throw new MarketDataException($"{series} came from {string.Join(", ", stored.Origins)}, not from the exchange alone, so fetching would mix two origins. "
                + $"Delete the damaged files and import yours again: {string.Join(", ", damaged.Select(d => d.Path))}");
        }

        long rows = 0;
        foreach (DamagedFile file in damaged)
        {
            progress?.Invoke($"deletes {file.Path}: {file.Problem}");
            if (!await store.RemoveDamagedAsync(series, file, cancellationToken))
                continue;
            progress?.Invoke($"fetches {file.Month}");
            FundingRequest request = new(series, DateTimeOffset.FromUnixTimeMilliseconds(file.Month.From), DateTimeOffset.FromUnixTimeMilliseconds(file.Month.To));
            rows += (await fetcher.FetchAsync(request, refresh: true, null, cancellationToken)).RowsStored;
        }

        return new KlineRepairResult(damaged.Count, 0, rows, 0);
    }
}
