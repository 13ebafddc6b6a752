using System.IO.Compression;
using System.Text;
using Runnel.Backtesting;
using Runnel.MarketData.Tests.Store;

namespace Runnel.MarketData.Tests.Imports;

public sealed class KlineImportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly KlineStore store;

    public KlineImportTests() => store = new KlineStore(folder.File("store"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("timestamp_ms,open,high,low,close,volume\n1704067200000,1,4,0.5,2,7\n1704067260000,2,3,1,2.5,8\n", "with a header, times in milliseconds")]
    [InlineData("1704067200000,1,4,0.5,2,7,1704067259999,70,5,1,1,0\n1704067260000,2,3,1,2.5,8,1704067319999,80,5,1,1,0\n", "without a header, times in milliseconds")]
    [InlineData("open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n1704067200000000,1,4,0.5,2,7,1704067259999999,1,1,1,1,0\n1704067260000000,2,3,1,2.5,8,1704067319999999,1,1,1,1,0\n", "times in microseconds")]
    [InlineData(",Open,High,Low,Close,Volume\n2024-01-01 00:00:00,1,4,0.5,2,7\n2024-01-01 00:01:00,2,3,1,2.5,8\n", "times in dates")]
    [InlineData("time,open,high,low,close,EMA,Volume\n1704067200,1,4,0.5,2,NaN,7\n1704067260,2,3,1,2.5,1.5,8\n", "times in seconds")]
    [InlineData("time,open,high,low,close,Volume\r\n2024-01-01T01:00:00+01:00,1,4,0.5,2,7\r\n2024-01-01T01:01:00+01:00,2,3,1,2.5,8\r\n", "times in dates")]
    [InlineData("\uFEFFDate,Open,High,Low,Close,Volume\n2024-01-01T00:00:00Z,1,4,0.5,2,7\n2024-01-01T00:01:00Z,2,3,1,2.5,8", "times in dates")]
    [InlineData("[[1704067200000,1,4,0.5,2,7],\n [1704067260000,2.0,3,1,2.5,8]]", "JSON, times in milliseconds")]
    public async Task Reads_what_other_programs_write_whatever_it_is_packed_in(string text, string format)
    {
        byte[] plain = Encoding.UTF8.GetBytes(text);
        string[] files = [Save("plain.txt", plain), Save("packed.gz", Gzip(plain)), Save("packed.zip", Zip(plain))];

        foreach (string file in files)
        {
            ImportedKlines imported = await KlineImport.ReadAsync(file, "AAAUSDT", Token);

            Series.Same(new Klines("AAAUSDT", [1704067200000, 1704067260000], [1, 2], [4, 3], [0.5, 1], [2, 2.5], [7, 8]), imported.Klines);
            Assert.Contains(format, imported.Format, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("time,open,high,low,close,volume\n1704067200,1,4,0.5,2,7\n1704067260,2,3,x,2.5,8\n", "line 3, column low: 'x' is no number")]
    [InlineData("time,open,high,low,close,volume\n1704067200,1,4,0.5,2,7\n1704067260000,2,3,1,2.5,8\n", "line 3, column time: '1704067260000' is no time in seconds")]
    [InlineData("time,open,high,low,close,volume\n1704067260,1,4,0.5,2,7\n1704067200,2,3,1,2.5,8\n", "line 3, column time: 1704067200000 is before")]
    [InlineData("time,open,high,low,close,volume\n1704067200,1,4,0.5,2,7\n1704067200,2,3,1,2.5,8\n", "line 3, column time: 1704067200000 repeats")]
    [InlineData("time,open,high,low,close,volume\n1704067200,5,4,0.5,2,7\n", "line 2, column high")]
    [InlineData("time,open,high,low,close,volume\n1704067200,1,4,0.5\n", "line 2, column close: is absent: the line has 4 values")]
    [InlineData("when,open,high,low,close,volume\n1704067200,1,4,0.5,2,7\n", "line 1: 'when,open,high,low,close,volume' is no header")]
    [InlineData("time,open,high,low,close,volume\nyesterday,1,4,0.5,2,7\n", "line 2, column time: 'yesterday' is no time")]
    [InlineData("time,open,high,low,close,volume\n", "holds no bar")]
    [InlineData("", "is empty")]
    [InlineData("[[1704067200000,1,4,0.5,2,7],\n[1704067260000,2,3,1]]", "line 2, column close")]
    [InlineData("[[1704067200000,1,4,0.5,2,7],\n[1704067260000,2,3,1,2.5,8", "cut short")]
    [InlineData("{\"a\":1}", "no JSON array")]
    public async Task Names_the_line_of_what_is_wrong(string text, string part)
    {
        string file = Save("bad.csv", Encoding.UTF8.GetBytes(text));

        CsvKlineException error = await Assert.ThrowsAsync<CsvKlineException>(() => KlineImport.ReadAsync(file, "AAAUSDT", Token));

        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("bad.csv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gzip_or_parquet_that_was_cut_short_is_refused()
    {
        Klines bars = Series.Every(Series.Range("2024-01-01", "2024-01-02"), KlineInterval.OneMinute);
        foreach (string name in new[] { "a.csv.gz", "a.parquet" })
        {
            string file = folder.File(name);
            await KlineImport.ExportAsync(file, bars, Token);
            byte[] whole = await File.ReadAllBytesAsync(file, Token);
            await File.WriteAllBytesAsync(file, whole[..(whole.Length - 20)], Token);

            await Assert.ThrowsAsync<CsvKlineException>(() => KlineImport.ReadAsync(file, "AAAUSDT", Token));
        }
    }

    [Theory]
    [InlineData("a.csv")]
    [InlineData("a.csv.gz")]
    [InlineData("a.parquet")]
    public async Task What_is_exported_can_be_imported_and_is_the_same(string name)
    {
        Klines bars = Series.Every(Series.Range("2024-01-30", "2024-02-03"), KlineInterval.OneMinute);
        await KlineImport.ExportAsync(folder.File(name), bars, Token);

        ImportedKlines imported = await KlineImport.ReadAsync(folder.File(name), "AAAUSDT", Token);
        await KlineImport.WriteAsync(store, Series.Minutes, imported.Klines, replace: false, Token);

        Series.Same(bars, await store.ReadAsync(Series.Minutes, new TimeRange(0, long.MaxValue), Token));
        Assert.Equal(["import"], (await store.FindAsync(Series.Minutes, Token))!.Origins);
    }

    [Fact]
    public async Task Bars_of_another_interval_or_over_stored_ones_are_refused_and_nothing_is_written()
    {
        Klines minutes = Series.Every(Series.Range("2024-01-01", "2024-01-02"), KlineInterval.OneMinute), late = Series.At([1704067200000, 1704067290000]);
        KlineSeries hours = new(KlineCategory.Linear, "AAAUSDT", KlineInterval.OneHour);

        MarketDataException shorter = await Assert.ThrowsAsync<MarketDataException>(() => KlineImport.WriteAsync(store, hours, minutes, false, Token));
        MarketDataException longer = await Assert.ThrowsAsync<MarketDataException>(
            () => KlineImport.WriteAsync(store, Series.Minutes, Series.Every(Series.Range("2024-01-01", "2024-01-02"), KlineInterval.OneHour), false, Token));
        MarketDataException askew = await Assert.ThrowsAsync<MarketDataException>(() => KlineImport.WriteAsync(store, Series.Minutes, late, false, Token));
        Assert.Empty(await store.ListAsync(Token));
        await KlineImport.WriteAsync(store, Series.Minutes, minutes, false, Token);
        await KlineImport.WriteAsync(store, Series.Minutes, minutes, false, Token);
        Klines others = Series.Every(Series.Range("2024-01-01T23:00Z", "2024-01-02T01:00Z"), KlineInterval.OneMinute, 300);
        MarketDataException twice = await Assert.ThrowsAsync<MarketDataException>(() => KlineImport.WriteAsync(store, Series.Minutes, others, false, Token));
        Series.Same(minutes, await store.ReadAsync(Series.Minutes, new TimeRange(0, long.MaxValue), Token));
        await KlineImport.WriteAsync(store, Series.Minutes, minutes, replace: true, Token);

        Assert.Contains("where no bar of 1h does", shorter.Message, StringComparison.Ordinal);
        Assert.Contains("60 intervals of 1m apart", longer.Message, StringComparison.Ordinal);
        Assert.Contains("Bar 2 opens at", askew.Message, StringComparison.Ordinal);
        Assert.Contains("60 other bars", twice.Message, StringComparison.Ordinal);
        Assert.Contains("--replace", twice.Message, StringComparison.Ordinal);
    }

    private string Save(string name, byte[] bytes)
    {
        File.WriteAllBytes(folder.File(name), bytes);
        return folder.File(name);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Zip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (ZipArchive zip = new(packed, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream entry = zip.CreateEntry("BTCUSDT-1m-2024-01.csv").Open())
            entry.Write(bytes);
        return packed.ToArray();
    }
}
