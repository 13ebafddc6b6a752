namespace Runnel.Reports;

/// <summary>A format in which a backtest is exported.</summary>
public enum ExportFormat
{
    /// <summary>One document with everything.</summary>
    Json,

    /// <summary>A table of trades and one of equity.</summary>
    Csv,

    /// <summary>The same tables as Apache Parquet.</summary>
    Parquet,
}
