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
    private DataSession(Settings settings, TradingOptions options) => (Settings, Options, Store) = (settings, options, new KlineStore(options.StorePath));

    public Settings Settings { get; }

    public TradingOptions Options { get; }

    public KlineStore Store { get; }

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
    public async Task<StoredSeries> FindAsync(KlineSeries series, CancellationToken cancellationToken) =>
        await Store.FindAsync(series, cancellationToken)
            ?? throw new MarketDataException($"The store {Store.Folder} has nothing of {series}. See what it has: runnel data list. Fetch it: runnel data fetch {series.Symbol} {series.Interval}"
                + $"{(series.Category == KlineCategory.Linear ? "" : $" --category {series.Category.ToString().ToLowerInvariant()}")} --from 2024-01-01");
}
