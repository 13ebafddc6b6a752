using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Runnel.Cli.CommandLine;
using Runnel.MarketData;
using Runnel.Supervision;
using Runnel.Trading;

namespace Runnel.Cli.Commands;

/// <summary>The store that a data command works on, and the settings that workers here would have. Needs no Redis.</summary>
internal sealed class DataSession
{
    private DataSession(Settings settings, TradingOptions options) => (Settings, Options, Store, Funding) = (settings, options, new KlineStore(options.StorePath), new FundingStore(options.StorePath));

    public Settings Settings { get; }

    public TradingOptions Options { get; }

    public KlineStore Store { get; }

    public FundingStore Funding { get; }

    /// <summary>Runs a command's body; Ctrl-C and SIGTERM cancel its token.</summary>
    /// <exception cref="RunnelException">A setting cannot be read.</exception>
    public static async Task<int> UseAsync(ParseResult parsed, CommonOptions common, Func<DataSession, CancellationToken, Task<int>> body)
    {
        using StopSignals signals = new();
        Settings settings = Settings.Read(parsed, common);
        TradingOptions options = new();
        try
        {
            settings.Configuration.GetSection("Runnel:Trading").Bind(options);
        }
        catch (InvalidOperationException e)
        {
            throw new RunnelException($"A setting under Runnel:Trading cannot be read: {e.Message} Correct it in runnel.json or the environment.", e);
        }

        if (settings.DataDirectory is { } folder)
            options.DataFolder = folder;
        return await body(new DataSession(settings, options), signals.Stop);
    }

    /// <exception cref="MarketDataException">Nothing of the series is stored.</exception>
    public async Task<StoredSeries> FindAsync(KlineSeries series, CancellationToken cancellationToken) => await Store.FindAsync(series, cancellationToken)
        ?? throw Nothing(series.ToString(), $"{series.Symbol} {series.Interval}{(series.Price == BybitPrice.Traded ? "" : $" --price {series.Price.ToString().ToLowerInvariant()}")}", series.Category);

    /// <exception cref="MarketDataException">Nothing of the contract is stored.</exception>
    public async Task<StoredFunding> FindAsync(FundingSeries series, CancellationToken cancellationToken) => await Funding.FindAsync(series, cancellationToken)
        ?? throw Nothing(series.ToString(), $"{series.Symbol} {DataWord.FundingWord}", series.Category);

    private MarketDataException Nothing(string series, string arguments, KlineCategory category) => new($"The store {Store.Folder} has nothing of {series}. See what it has: runnel data list. "
        + $"Fetch it: runnel data fetch {arguments}{(category == KlineCategory.Linear ? "" : $" --category {category.ToString().ToLowerInvariant()}")} --from 2024-01-01");
}
