using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.Schema;
using Runnel.Backtesting;

namespace Runnel.Reports.Tests.Exports;

public sealed class BacktestExportTests : IDisposable
{
    private readonly string folder = Path.Combine(Directory.CreateTempSubdirectory("runnel-test-").FullName, "not", "there", "yet");
    private readonly BacktestReport report = SampleReport.Create();

    public void Dispose() => Directory.Delete(Path.GetFullPath(Path.Combine(folder, "..", "..", "..")), recursive: true);

    [Fact]
    public async Task Csv_reads_back_to_the_same_bits()
    {
        IReadOnlyList<string> files = await WriteAsync(ExportFormat.Csv);

        Assert.Equal(["sample-trades.csv", "sample-equity.csv"], files.Select(Path.GetFileName));
        string[][] trades = await ReadCsvAsync(files[0]), equity = await ReadCsvAsync(files[1]);
        Assert.Equal(["time_ms", "equity", "drawdown_percent"], equity[0]);
        Assert.Equal(report.Result.Equity, equity[1..].Select(row => Number(row[1])));
        Assert.Equal(report.Klines.OpenTimes.ToArray(), equity[1..].Select(row => long.Parse(row[0], CultureInfo.InvariantCulture)));
        Assert.Equal(report.Result.Statistics.MaxDrawdownPercent, equity[1..].Max(row => Number(row[2])), 1e-9);
        Assert.Equal(report.Result.Trades.Select(t => (t.EntryTime, t.ExitBar, t.Size, t.Pnl)),
            trades[1..].Select(row => (long.Parse(row[0], CultureInfo.InvariantCulture), int.Parse(row[3], CultureInfo.InvariantCulture), Number(row[5]), Number(row[10]))));
        Assert.Equal(["long", "short"], trades[1..].Select(row => row[4]).Distinct().Order());
    }

    [Fact]
    public async Task Parquet_reads_back_to_the_same_bits()
    {
        IReadOnlyList<string> files = await WriteAsync(ExportFormat.Parquet);

        Assert.Equal(["sample-trades.parquet", "sample-equity.parquet"], files.Select(Path.GetFileName));
        Assert.Equal(report.Result.Equity, await ReadParquetAsync<double>(files[1], "equity"));
        Assert.Equal(report.Klines.OpenTimes.ToArray(), await ReadParquetAsync<long>(files[1], "time_ms"));
        Assert.Equal(report.Result.Trades.Select(t => t.Pnl), await ReadParquetAsync<double>(files[0], "pnl"));
        Assert.Equal(report.Result.Trades.Select(t => t.EntryBar), await ReadParquetAsync<int>(files[0], "entry_bar"));
        Assert.Equal(report.Result.Trades.Select(t => t.Side == TradeSide.Long ? "long" : "short"), await ReadParquetWordsAsync(files[0], "side"));
    }

    [Fact]
    public async Task Json_holds_statistics_trades_and_equity()
    {
        string file = Assert.Single(await WriteAsync(ExportFormat.Json));

        JsonElement json = JsonDocument.Parse(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal("sample.json", Path.GetFileName(file));
        Assert.True(json.GetProperty("synthetic").GetBoolean());
        Assert.Equal(report.Result.Statistics.Sharpe, json.GetProperty("statistics").GetProperty("Return for risk").GetProperty("sharpe").GetDouble());
        Assert.Equal(report.Result.Trades.Count, json.GetProperty("trades").GetArrayLength());
        Assert.Equal(report.Result.Trades[^1].Pnl, json.GetProperty("trades")[report.Result.Trades.Count - 1].GetProperty("pnl").GetDouble());
        Assert.Equal(report.Result.Equity[^1], json.GetProperty("equity")[report.Klines.Count - 1].GetProperty("equity").GetDouble());
        Assert.Equal(report.Result.MonthlyReturns.Count, json.GetProperty("monthly_returns").GetArrayLength());
    }

    [Fact]
    public async Task A_file_that_is_there_is_replaced_and_nothing_else_is_left()
    {
        await WriteAsync(ExportFormat.Csv);
        string before = await File.ReadAllTextAsync(Path.Combine(folder, "sample-trades.csv"), TestContext.Current.CancellationToken);

        await WriteAsync(ExportFormat.Csv);

        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(folder, "sample-trades.csv"), TestContext.Current.CancellationToken));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    private Task<IReadOnlyList<string>> WriteAsync(ExportFormat format) =>
        BacktestExport.WriteAsync(report, format, folder, "sample", TestContext.Current.CancellationToken);

    private static async Task<string[][]> ReadCsvAsync(string file) =>
        [.. (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)).Select(line => line.Split(','))];

    private static async Task<T[]> ReadParquetAsync<T>(string file, string column)
        where T : struct
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        using ParquetRowGroupReader rows = reader.OpenRowGroupReader(0);
        T[] values = new T[rows.RowCount];
        await rows.ReadAsync<T>(Field(reader, column), values.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        return values;
    }

    private static async Task<string?[]> ReadParquetWordsAsync(string file, string column)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        using ParquetRowGroupReader rows = reader.OpenRowGroupReader(0);
        string?[] values = new string?[rows.RowCount];
        await rows.ReadAsync(Field(reader, column), values.AsMemory(), cancellationToken: TestContext.Current.CancellationToken);
        return values;
    }

    private static DataField Field(ParquetReader reader, string name) => reader.Schema.DataFields.Single(f => f.Name == name);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
