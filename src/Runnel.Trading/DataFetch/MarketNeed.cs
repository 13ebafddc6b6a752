using System.Globalization;
using Runnel.MarketData;

namespace Runnel.Trading;

/// <summary>Something of the market that a task needs, and that a task of type <c>data_fetch</c> can bring.</summary>
internal abstract record MarketNeed
{
    /// <summary>The task that brings it.</summary>
    public abstract DataFetchPayload Payload { get; }

    /// <summary>Tells it from the other needs of one task: a part of the fetch's id.</summary>
    public abstract string Suffix { get; }

    /// <summary>For messages.</summary>
    public abstract string Name { get; }

    /// <summary>What a person types to have it.</summary>
    public abstract string Command { get; }

    /// <summary>Whether the sources have it.</summary>
    public abstract Task<bool> IsInAsync(MarketSources sources, CancellationToken cancellationToken);

    protected static string Range(DateTimeOffset from, DateTimeOffset to) =>
        string.Create(CultureInfo.InvariantCulture, $"--from {from.UtcDateTime:yyyy-MM-ddTHH:mmZ} --to {to.UtcDateTime:yyyy-MM-ddTHH:mmZ}");
}

/// <summary>Bars.</summary>
/// <param name="Request">Which.</param>
/// <param name="OfMany">Whether the task needs those of several symbols.</param>
internal sealed record KlinesNeed(KlineRequest Request, bool OfMany = false) : MarketNeed
{
    public override DataFetchPayload Payload => DataFetchPayload.Of(Request);

    public override string Suffix => OfMany ? $"klines.{Request.Symbol}.{Request.Interval}" : $"klines.{Request.Interval}";

    public override string Name => $"klines of {Request}";

    public override string Command => $"runnel data fetch {Request.Symbol} {Request.Interval} --category {SnakeCase.Of(Request.Category.ToString())} {Range(Request.From, Request.To)}";

    public override async Task<bool> IsInAsync(MarketSources sources, CancellationToken cancellationToken)
    {
        try
        {
            await sources.Klines.LoadAsync(Request, cancellationToken);
            return true;
        }
        catch (KlinesNotFoundException)
        {
            return false;
        }
    }
}

/// <summary>Steps and minima of orders.</summary>
/// <param name="Category">Kind of market.</param>
/// <param name="Symbol">Instrument.</param>
/// <param name="OfMany">Whether the task needs those of several symbols.</param>
internal sealed record InstrumentNeed(KlineCategory Category, string Symbol, bool OfMany = false) : MarketNeed
{
    public override DataFetchPayload Payload => DataFetchPayload.OfInstrument(Category, Symbol);

    public override string Suffix => OfMany ? $"instrument.{Symbol}" : "instrument";

    public override string Name => $"instrument {Symbol} {SnakeCase.Of(Category.ToString())}";

    public override string Command => $"runnel data instruments {Symbol} --category {SnakeCase.Of(Category.ToString())}";

    public override async Task<bool> IsInAsync(MarketSources sources, CancellationToken cancellationToken)
    {
        try
        {
            await sources.Instruments.LoadAsync(Category, Symbol, cancellationToken);
            return true;
        }
        catch (InstrumentNotFoundException)
        {
            return false;
        }
    }
}

/// <summary>Funding payments.</summary>
/// <param name="Request">Which.</param>
/// <param name="OfMany">Whether the task needs those of several symbols.</param>
internal sealed record FundingNeed(FundingRequest Request, bool OfMany = false) : MarketNeed
{
    public override DataFetchPayload Payload => DataFetchPayload.Of(Request);

    public override string Suffix => OfMany ? $"funding.{Request.Series.Symbol}" : "funding";

    public override string Name => $"funding rates of {Request}";

    public override string Command => $"runnel data fetch {Request.Series.Symbol} funding --category {SnakeCase.Of(Request.Series.Category.ToString())} {Range(Request.From, Request.To)}";

    /// <summary>The payments that go with bars.</summary>
    public static FundingNeed Of(KlineRequest bars, bool ofMany = false) => new(new FundingRequest(new FundingSeries(bars.Category, bars.Symbol), bars.From, bars.To), ofMany);

    public override async Task<bool> IsInAsync(MarketSources sources, CancellationToken cancellationToken)
    {
        try
        {
            await sources.Funding.LoadAsync(Request, cancellationToken);
            return true;
        }
        catch (FundingNotFoundException)
        {
            return false;
        }
    }
}
