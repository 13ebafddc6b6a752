using Runnel.Backtesting;

namespace Runnel.Trading;

/// <summary>The table <c>trades</c>.</summary>
internal sealed class TradeRow
{
    public required string BacktestId { get; set; }

    public int Number { get; set; }

    public int EntryBar { get; set; }

    public int ExitBar { get; set; }

    public long EntryTime { get; set; }

    public long ExitTime { get; set; }

    public required string Side { get; set; }

    public double Size { get; set; }

    public double EntryPrice { get; set; }

    public double ExitPrice { get; set; }

    public required string Reason { get; set; }

    public double Fees { get; set; }

    public double Pnl { get; set; }

    public TradeRecord ToRecord() => new()
    {
        Number = Number,
        EntryBar = EntryBar,
        ExitBar = ExitBar,
        EntryTime = DateTimeOffset.FromUnixTimeMilliseconds(EntryTime),
        ExitTime = DateTimeOffset.FromUnixTimeMilliseconds(ExitTime),
        Side = Enum.Parse<TradeSide>(Side),
        Size = Size,
        EntryPrice = EntryPrice,
        ExitPrice = ExitPrice,
        Reason = Enum.Parse<ExitReason>(Reason),
        Fees = Fees,
        Pnl = Pnl,
    };
}
