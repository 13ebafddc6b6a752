using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Runnel.Backtesting;

namespace Runnel.MarketData.Tests.Csv;

public sealed class CsvKlineReaderTests
{
    private const string Header = "timestamp_ms,open,high,low,close,volume\n";
    private const string Bar = "1704067200000,100,110,90,105,12.5\n";

    [Fact]
    public void Reads_plain_and_gzipped_text_alike()
    {
        byte[] plain = Encoding.UTF8.GetBytes(Header + Bar + "1704070800000,105,106,104,104.5,0\n");
        using MemoryStream zipped = new();
        using (GZipStream gzip = new(zipped, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(plain);
        zipped.Position = 0;

        Klines fromPlain = CsvKlineReader.Read(new MemoryStream(plain), "a.csv", "BTCUSDT", TestContext.Current.CancellationToken);
        Klines fromZipped = CsvKlineReader.Read(zipped, "a.csv", "BTCUSDT", TestContext.Current.CancellationToken);

        Assert.Equal([1704067200000, 1704070800000], fromPlain.OpenTimes.ToArray());
        Assert.Equal([100, 105], fromPlain.Open.ToArray());
        Assert.Equal([110, 106], fromPlain.High.ToArray());
        Assert.Equal([90, 104], fromPlain.Low.ToArray());
        Assert.Equal([105, 104.5], fromPlain.Close.ToArray());
        Assert.Equal([12.5, 0], fromPlain.Volume.ToArray());
        Assert.Equal(fromPlain.Close.ToArray(), fromZipped.Close.ToArray());
    }

    [Theory]
    [InlineData("\uFEFF" + Header + Bar)]
    [InlineData("timestamp_ms,open,high,low,close,volume\r\n1704067200000,100,110,90,105,12.5\r\n")]
    [InlineData("Timestamp_ms, Open,High,Low,Close,Volume\n1704067200000, 100,110,90,105,12.5")]
    [InlineData(Header + "\"1704067200000\",\"100\",110,90,105,1.25e1\n\n")]
    public void Accepts_what_spreadsheets_do_to_a_file(string text)
    {
        Klines klines = Read(text);

        Assert.Equal(12.5, Assert.Single(klines.Volume.ToArray()));
    }

    [Theory]
    [InlineData("", 1, "", "header")]
    [InlineData("time,open,high,low,close,volume\n" + Bar, 1, "", "header is 'time,open,high,low,close,volume'")]
    [InlineData(Header, 0, "", "no bar")]
    [InlineData(Header + Bar + "1704070800000,100,110,90,105\n", 3, "", "5 values, not 6")]
    [InlineData(Header + Bar + "1704070800000,100,110,90,105,1,1\n", 3, "", "7 values, not 6")]
    [InlineData(Header + Bar + "1704070800000,100,110,x,105,1\n", 3, "low", "'x' is no number")]
    [InlineData(Header + Bar + "1704070800000,100,,90,105,1\n", 3, "high", "'' is no number")]
    [InlineData(Header + Bar + "1704070800000,NaN,110,90,105,1\n", 3, "open", "'NaN' is no number")]
    [InlineData(Header + Bar + "1704070800000,100,110,90,1e999,1\n", 3, "close", "'1e999' is no number")]
    [InlineData(Header + Bar + "1704070800000,100,110,90,105,-1\n", 3, "volume", "-1 cannot be")]
    [InlineData(Header + Bar + "1704070800000,100,110,0,105,1\n", 3, "low", "0 cannot be")]
    [InlineData(Header + "2024-01-01,100,110,90,105,1\n", 2, "timestamp_ms", "'2024-01-01' is no whole number")]
    [InlineData(Header + "1704067200,100,110,90,105,1\n", 2, "timestamp_ms", "Are these seconds?")]
    [InlineData(Header + "1704067200000000,100,110,90,105,1\n", 2, "timestamp_ms", "micro- or nanoseconds")]
    [InlineData(Header + Bar + Bar, 3, "timestamp_ms", "repeats")]
    [InlineData(Header + Bar + "1704063600000,100,110,90,105,1\n", 3, "timestamp_ms", "is before")]
    [InlineData(Header + Bar + "1704070800000,100,104,90,105,1\n", 3, "high", "under open 100, low 90 or close 105")]
    [InlineData(Header + Bar + "1704070800000,100,110,101,105,1\n", 3, "low", "over open 100 or close 105")]
    public void Names_line_column_value_and_remedy(string text, long line, string column, string part)
    {
        CsvKlineException error = Assert.Throws<CsvKlineException>(() => Read(text));

        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.StartsWith("test.csv", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_an_unclosed_quote()
    {
        CsvKlineException error = Assert.Throws<CsvKlineException>(() => Read(Header + Bar + "\"1704070800000,100,110,90,105,1\n"));

        Assert.Contains("test.csv", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_gzip_that_was_cut_short()
    {
        using MemoryStream zipped = new();
        using (GZipStream gzip = new(zipped, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{1704067200000 + (i * 60_000)},{100 + (i * 7 % 13)},200,50,{100 + (i * 11 % 17)},{i * 37 % 101}\n"))));

        int damaged = 0;
        for (int length = 100; length < zipped.Length; length += 997)
        {
            using MemoryStream cut = new(zipped.ToArray(), 0, length);
            Assert.Throws<CsvKlineException>(() => CsvKlineReader.Read(cut, "cut.csv.gz", "X", TestContext.Current.CancellationToken));
            damaged++;
        }

        Assert.True(damaged > 50);
    }

    [Fact]
    public void Says_which_file_is_not_there()
    {
        MarketDataException error = Assert.Throws<MarketDataException>(() => CsvKlineReader.Read("/nowhere/x.csv", "X", TestContext.Current.CancellationToken));

        Assert.Contains("/nowhere/x.csv".Replace('/', Path.DirectorySeparatorChar), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_every_real_file_as_its_manifest_says()
    {
        string folder = SharedFolder.KlinesOrSkip();
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "manifest.json")));
        List<JsonElement> files = [.. manifest.RootElement.EnumerateArray().Where(f => !f.GetProperty("file").GetString()!.Contains("funding", StringComparison.Ordinal))];

        foreach (JsonElement file in files)
        {
            Klines klines = CsvKlineReader.Read(Path.Combine(folder, file.GetProperty("file").GetString()!), "X", TestContext.Current.CancellationToken);

            Assert.Equal(file.GetProperty("rows").GetInt32(), klines.Count);
            Assert.Equal(file.GetProperty("first").GetInt64(), klines.OpenTimes[0]);
            Assert.Equal(file.GetProperty("last").GetInt64(), klines.OpenTimes[^1]);
        }

        Assert.NotEmpty(files);
    }

    [Theory]
    [InlineData("copy.csv")]
    [InlineData("copy.csv.gz")]
    public void Reads_back_to_the_bit_what_was_written(string name)
    {
        using TemporaryFolder folder = new();
        Klines klines = Read(Header + "1704067200000,0.1,0.30000000000000004,0.1,0.2,1E-07\n1704067260000,1e22,1e22,1e22,1e22,123456789.123\n");

        CsvKlineWriter.Write(folder.File(name), klines);

        Klines copy = CsvKlineReader.Read(folder.File(name), "X", TestContext.Current.CancellationToken);
        Assert.Equal(Hash(klines), Hash(copy));
        Assert.Equal(name, Path.GetFileName(Assert.Single(Directory.GetFiles(folder.Path))));
    }

    private static Klines Read(string text) => CsvKlineReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test.csv", "X", TestContext.Current.CancellationToken);

    private static string Hash(Klines klines) => Convert.ToHexString(SHA256.HashData(
        [.. System.Runtime.InteropServices.MemoryMarshal.AsBytes(klines.High), .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(klines.Volume)]));
}
