using Runnel.Backtesting;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>A backtest that ran to its end, with all that it found: the reply is the short form of it that a task returns.</summary>
public sealed record CompletedBacktest
{
    /// <summary>The request with every default filled in.</summary>
    public required BacktestPayload Payload { get; init; }

    /// <summary>The request in the engine's terms.</summary>
    public required BacktestSettings Settings { get; init; }

    /// <summary>The klines and where they came from.</summary>
    public required KlineData Data { get; init; }

    /// <summary>Trades, equity and statistics.</summary>
    public required BacktestResult Result { get; init; }

    /// <summary>What a task of type <c>backtest</c> returns.</summary>
    public required BacktestReply Reply { get; init; }

    /// <summary>Runs a checked request over its klines: the one place that does, for tasks and for local runs.</summary>
    /// <exception cref="BacktestInputException">Something is wrong that only running it shows.</exception>
    internal static CompletedBacktest Run(BacktestPlan plan, KlineData data, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        BacktestResult result = Backtest.Run(data.Klines, plan.Strategy, plan.Settings, progress, cancellationToken);
        return new CompletedBacktest
        {
            Payload = plan.Payload,
            Settings = plan.Settings,
            Data = data,
            Result = result,
            Reply = BacktestReplies.Of(plan, data, result),
        };
    }
}
