using System.Text.Json.Serialization;
using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Result of a task of type <c>portfolio</c>.</summary>
public sealed record PortfolioReply
{
    /// <summary>The strategy with every parameter, defaults included.</summary>
    [JsonPropertyName("strategy")]
    public required StrategyConfig Strategy { get; init; }

    /// <summary>Length of a bar.</summary>
    [JsonPropertyName("interval")]
    public required string Interval { get; init; }

    /// <summary>Moments at which any symbol has a bar.</summary>
    [JsonPropertyName("steps")]
    public required int Steps { get; init; }

    /// <summary>Figures of the whole; in JSON the names are in snake_case.</summary>
    [JsonPropertyName("statistics")]
    [JsonConverter(typeof(SnakeCaseConverter<BacktestStatistics>))]
    public required BacktestStatistics Statistics { get; init; }

    /// <summary>What each symbol did, in alphabetical order.</summary>
    [JsonPropertyName("symbols")]
    public required IReadOnlyList<PortfolioSymbolReply> Symbols { get; init; }

    /// <summary>At most 200 samples of equity at even distances, the first and the last step among them.</summary>
    [JsonPropertyName("equity")]
    public required IReadOnlyList<double> Equity { get; init; }

    /// <summary>What a reader should know before believing the figures, in sentences; empty where there is nothing.</summary>
    [JsonPropertyName("warnings")]
    public required IReadOnlyList<string> Warnings { get; init; }

    internal static PortfolioReply Of(PortfolioPlan plan, IReadOnlyList<KlineData> data, PortfolioResult result)
    {
        Dictionary<string, KlineData> bySymbol = data.ToDictionary(d => d.Klines.Symbol, StringComparer.OrdinalIgnoreCase); // a file may spell it otherwise
        return new PortfolioReply
        {
            Strategy = plan.Config,
            Interval = plan.Symbols[0].Request.Interval.Name,
            Steps = result.Times.Count,
            Statistics = result.Statistics,
            Symbols = [.. result.Members.Select(m => PortfolioSymbolReply.Of(m, bySymbol[m.Symbol], plan.KeepTrades))],
            Equity = BacktestReplies.Samples(result.Equity),
            Warnings = [.. plan.Symbols.OrderBy(s => s.Request.Symbol, StringComparer.Ordinal)
                .SelectMany(s => BacktestReplies.DataWarnings(s.Request, bySymbol[s.Request.Symbol])
                    .Concat(result.Members.Single(m => m.Symbol.Equals(s.Request.Symbol, StringComparison.OrdinalIgnoreCase)).Warnings).Select(w => $"{s.Request.Symbol}: {w}"))],
        };
    }
}

/// <summary>What one symbol of a portfolio did.</summary>
public sealed record PortfolioSymbolReply
{
    /// <summary>The symbol.</summary>
    [JsonPropertyName("symbol")]
    public required string Symbol { get; init; }

    /// <summary>Its share of the equity, a fraction.</summary>
    [JsonPropertyName("share")]
    public required double Share { get; init; }

    /// <summary>What it added to the equity, in cash.</summary>
    [JsonPropertyName("profit")]
    public required double Profit { get; init; }

    /// <summary>Number of closed trades.</summary>
    [JsonPropertyName("trade_count")]
    public required int TradeCount { get; init; }

    /// <summary>Number of trades open at the end.</summary>
    [JsonPropertyName("open_trade_count")]
    public required int OpenTradeCount { get; init; }

    /// <summary>Where its klines came from, and which they were.</summary>
    [JsonPropertyName("data")]
    public required BacktestData Data { get; init; }

    /// <summary>Closed trades in closing order, names in snake_case, bars are steps; null unless the payload asked for them.</summary>
    [JsonPropertyName("trades")]
    [JsonConverter(typeof(SnakeCaseConverter<IReadOnlyList<Trade>>))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Trade>? Trades { get; init; }

    internal static PortfolioSymbolReply Of(PortfolioMemberResult member, KlineData data, bool keepTrades) => new()
    {
        Symbol = member.Symbol,
        Share = member.Share,
        Profit = member.Profit,
        TradeCount = member.Trades.Count,
        OpenTradeCount = member.OpenTrades.Count,
        Data = BacktestReplies.DataOf(data),
        Trades = keepTrades ? member.Trades : null,
    };
}
