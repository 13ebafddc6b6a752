using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>A portfolio that ran to its end, with all that it found: the reply is the short form of it that a task returns.</summary>
public sealed record CompletedPortfolio
{
    /// <summary>The settings of all symbols.</summary>
    public required BacktestSettings Settings { get; init; }

    /// <summary>The klines of each symbol and where they came from, in the order of the request.</summary>
    public required IReadOnlyList<KlineData> Data { get; init; }

    /// <summary>Trades, equity and statistics.</summary>
    public required PortfolioResult Result { get; init; }

    /// <summary>What a task of type <c>portfolio</c> returns.</summary>
    public required PortfolioReply Reply { get; init; }
}
