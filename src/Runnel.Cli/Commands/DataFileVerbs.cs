using System.CommandLine;
using Runnel.Backtesting;
using Runnel.Cli.CommandLine;
using Runnel.MarketData;

namespace Runnel.Cli.Commands;

/// <summary><c>runnel data import</c>, <c>export</c> and <c>rm</c>.</summary>
internal static class DataFileVerbs
{
    public static Command CreateImport(CommonOptions common)
    {
        Argument<string> file = new("FILE")
        {
            Description = "CSV (with or without a header; Binance, backtesting.py, TradingView and ours), freqtrade JSON or Parquet; also .gz, or alone in a .zip. Of funding: CSV with timestamp_ms and funding_rate.",
        };
        Option<bool> replace = new("--replace") { Description = "Have the imported bars instead of other ones that are stored for the same time." };
        Command command = new("import", "Bring a file of klines or funding rates into the store. All of it, or nothing.");
        DataFlags flags = new DataFlags().AddSeriesTo(command);
        command.Add(file);
        command.Add(replace);
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            if (flags.IsFunding(parsed))
                return await ImportFundingAsync(session, flags.Funding(parsed), parsed.GetRequiredValue(file), parsed.GetValue(replace), cancellationToken);
            KlineSeries series = flags.Series(parsed);
            ImportedKlines imported = await KlineImport.ReadAsync(parsed.GetRequiredValue(file), series.Symbol, cancellationToken);
            await KlineImport.WriteAsync(session.Store, series, imported.Klines, parsed.GetValue(replace), cancellationToken);
            Console.Out.WriteLine($"Imported {imported.Klines.Count} bars of {series} ({imported.Format}) into {session.Store.Folder}.");
            return ExitCodes.Success;
        }));
        return command;
    }

    public static Command CreateExport(CommonOptions common)
    {
        Argument<string> file = new("FILE") { Description = "Where to: its end says the format, .csv, .csv.gz or .parquet. One that is there is replaced." };
        Command command = new("export", "Write bars of the store to a file; longer ones that are not stored are made of stored 1m bars.");
        DataFlags flags = new DataFlags().AddSeriesTo(command).AddRangeTo(command);
        command.Add(file);
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            if (flags.IsFunding(parsed))
                return await ExportFundingAsync(session, flags.Funding(parsed), parsed.GetRequiredValue(file), flags.Range(parsed), cancellationToken);
            KlineSeries series = flags.Series(parsed);
            Klines klines = await ReadAsync(session, series, flags.Range(parsed), cancellationToken)
                ?? throw new MarketDataException($"The store has no bar of {series} in that range; see runnel data info {series.Symbol} {series.Interval}.");
            await KlineImport.ExportAsync(parsed.GetRequiredValue(file), klines, cancellationToken);
            Console.Out.WriteLine($"Wrote {klines.Count} bars of {series} to {parsed.GetRequiredValue(file)}.");
            return ExitCodes.Success;
        }));
        return command;
    }

    private static async Task<int> ImportFundingAsync(DataSession session, FundingSeries series, string file, bool replace, CancellationToken cancellationToken)
    {
        FundingRates rates = CsvFunding.Read(file);
        await FundingImport.WriteAsync(session.Funding, series, rates, replace, cancellationToken);
        Console.Out.WriteLine($"Imported {rates.Count} payments of {series} into {session.Funding.Folder}.");
        return ExitCodes.Success;
    }

    private static async Task<int> ExportFundingAsync(DataSession session, FundingSeries series, string file, TimeRange range, CancellationToken cancellationToken)
    {
        await session.FindAsync(series, cancellationToken);
        FundingRates rates = await session.Funding.ReadAsync(series, range, cancellationToken);
        if (rates.Count == 0)
            throw new MarketDataException($"The store has no payment of {series} in that range; see runnel data info {series.Symbol} funding.");
        CsvFunding.Write(file, rates);
        Console.Out.WriteLine($"Wrote {rates.Count} payments of {series} to {file}.");
        return ExitCodes.Success;
    }

    private static async Task<Klines?> ReadAsync(DataSession session, KlineSeries series, TimeRange range, CancellationToken cancellationToken)
    {
        KlineSeries minutes = new(series.Category, series.Symbol, KlineInterval.OneMinute) { Price = series.Price };
        bool fromMinutes = await session.Store.FindAsync(series, cancellationToken) is null && await session.Store.FindAsync(minutes, cancellationToken) is not null;
        if (fromMinutes && await session.Store.ReadAsync(minutes, range, cancellationToken) is { } shorter)
            return KlineResampler.Resample(shorter, minutes.Interval, series.Interval);
        await session.FindAsync(series, cancellationToken);
        return await session.Store.ReadAsync(series, range, cancellationToken);
    }

    public static Command CreateRemove(CommonOptions common)
    {
        Option<bool> yes = new("--yes") { Description = "Really: needed, since imported bars cannot be fetched again." };
        Command command = new("rm", "Delete a series from the store.") { yes };
        DataFlags flags = new DataFlags().AddSeriesTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(yes) is null)
                result.AddError("rm deletes the stored bars for good; look at them with runnel data info, then add --yes.");
        });
        command.SetAction(parsed => DataSession.UseAsync(parsed, common, async (session, cancellationToken) =>
        {
            if (flags.IsFunding(parsed))
            {
                FundingSeries funding = flags.Funding(parsed);
                await session.FindAsync(funding, cancellationToken);
                await session.Funding.RemoveAsync(funding, cancellationToken);
                Console.Out.WriteLine($"Deleted {funding}.");
                return ExitCodes.Success;
            }

            KlineSeries series = flags.Series(parsed);
            await session.FindAsync(series, cancellationToken);
            await session.Store.RemoveAsync(series, cancellationToken);
            Console.Out.WriteLine($"Deleted {series}.");
            return ExitCodes.Success;
        }));
        return command;
    }
}
