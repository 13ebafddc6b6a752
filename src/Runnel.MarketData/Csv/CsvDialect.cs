using CsvHelper;

namespace Runnel.MarketData;

/// <summary>How every CSV file is read.</summary>
internal static class CsvDialect
{
    /// <summary>Commas, a header as an ordinary line, and lines of any number of values: who reads counts them, to name what is missing.</summary>
    public static CsvReaderOptions Options { get; } = new()
    {
        Separator = ',',
        HasHeader = false,
        TrackLineNumbers = true,
        SkipEmptyLines = true,
        FieldCountMismatch = CsvFieldCountHandling.Allow,
        MalformedData = CsvMalformedDataHandling.Throw,
        DetectSeparatorHint = false,
        BufferSize = 64 * 1024,
    };
}
