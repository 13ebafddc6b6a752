using System.Text.Json.Serialization;

namespace Runnel.Trading;

/// <summary>The payload of a task of type <c>portfolio</c>, for senders in .NET: <see cref="TradingClientExtensions.SubmitPortfolioAsync"/>. Any language may send
/// the same as JSON; docs/backtesting/portfolios.md lists the fields.</summary>
public sealed record PortfolioPayload : AccountPayload
{
    /// <summary>The symbols that share the account, 1 to 200, each once; their order changes nothing.</summary>
    [JsonPropertyName("symbols")]
    public required IReadOnlyList<PortfolioSymbolConfig> Symbols { get; init; }

    /// <summary>Whether the result holds every trade. Default: false.</summary>
    [JsonPropertyName("trades")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Trades { get; init; }
}
