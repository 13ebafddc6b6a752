using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Runnel.Cli.CommandLine;
using Runnel.MarketData;

namespace Runnel.Cli.Commands;

/// <summary>How a data command is told which series, and which part of it.</summary>
internal sealed class DataFlags
{
    public Argument<string> Symbol { get; } = new("SYMBOL") { Description = "The exchange's name of the instrument, for instance BTCUSDT." };

    public Argument<DataWord> Word { get; } = new("INTERVAL")
    {
        Description = $"Length of a bar: {string.Join(", ", KlineInterval.All.Select(i => i.Name))}; or the word funding for the funding rates of a contract.",
        CustomParser = ReadWord,
    };

    public Option<BybitPrice> Price { get; } = new("--price")
    {
        Description = "Bars of which price: traded, mark or index. Default: traded.",
        HelpName = "NAME",
        CustomParser = ReadPrice,
        DefaultValueFactory = _ => BybitPrice.Traded,
    };

    public Option<KlineCategory> Category { get; } = new("--category")
    {
        Description = "spot, linear or inverse. Default: linear.",
        HelpName = "NAME",
        CustomParser = ReadCategory,
        DefaultValueFactory = _ => KlineCategory.Linear,
    };

    public Option<DateTimeOffset?> From { get; } = Time("--from", "First moment at which a bar may open");

    public Option<DateTimeOffset?> To { get; } = Time("--to", "First moment at which a bar is no longer wanted");

    public DataFlags AddSeriesTo(Command command)
    {
        command.Add(Symbol);
        command.Add(Word);
        command.Add(Category);
        command.Add(Price);
        command.Validators.Add(result =>
        {
            if (Text(result.GetResult(Word)) == DataWord.FundingWord && result.GetResult(Price) is { Implicit: false })
                result.AddError("--price is for bars; funding has one rate. Leave it out.");
        });
        return this;
    }

    public DataFlags AddRangeTo(Command command)
    {
        command.Add(From);
        command.Add(To);
        command.Validators.Add(result =>
        {
            if (TryTime(Text(result.GetResult(From)), out DateTimeOffset from) && TryTime(Text(result.GetResult(To)), out DateTimeOffset to) && to <= from)
                result.AddError($"--to is {to:yyyy-MM-dd HH:mm}, not after --from {from:yyyy-MM-dd HH:mm}; give a later one.");
        });
        return this;
    }

    public bool IsFunding(ParseResult parsed) => parsed.GetRequiredValue(Word).Interval is null;

    /// <summary>The series of bars, where it is not about funding.</summary>
    public KlineSeries Series(ParseResult parsed) =>
        new(parsed.GetValue(Category), parsed.GetRequiredValue(Symbol), parsed.GetRequiredValue(Word).Interval!) { Price = parsed.GetValue(Price) };

    /// <summary>The contract, where it is about funding.</summary>
    public FundingSeries Funding(ParseResult parsed) => new(parsed.GetValue(Category), parsed.GetRequiredValue(Symbol));

    public TimeRange Range(ParseResult parsed) => new(
        parsed.GetValue(From)?.ToUnixTimeMilliseconds() ?? 0, parsed.GetValue(To)?.ToUnixTimeMilliseconds() ?? DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    private static DataWord? ReadWord(ArgumentResult result)
    {
        string text = Text(result);
        if (text.Equals(DataWord.FundingWord, StringComparison.OrdinalIgnoreCase))
            return new DataWord(null);
        if (KlineInterval.TryParse(text, out KlineInterval? interval))
            return new DataWord(interval);
        result.AddError($"INTERVAL is '{text}'; give one of {string.Join(", ", KlineInterval.All.Select(i => i.Name))}, or {DataWord.FundingWord}.");
        return null;
    }

    private static BybitPrice ReadPrice(ArgumentResult result)
    {
        string text = Text(result);
        foreach (BybitPrice price in Enum.GetValues<BybitPrice>())
        {
            if (price.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return price;
        }

        result.AddError($"--price is '{text}'; give traded, mark or index.");
        return default;
    }

    private static KlineCategory ReadCategory(ArgumentResult result)
    {
        string text = Text(result);
        foreach (KlineCategory category in Enum.GetValues<KlineCategory>())
        {
            if (category.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
                return category;
        }

        result.AddError($"--category is '{text}'; give spot, linear or inverse.");
        return default;
    }

    private static string Text(SymbolResult? result) => result is { Tokens: [Token only] } ? only.Value : "";

    private static bool TryTime(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment)
        && text.Contains('-', StringComparison.Ordinal) && moment.Year is >= 1970 and < 2200;

    private static Option<DateTimeOffset?> Time(string name, string what) => new(name)
    {
        Description = $"{what}: ISO 8601 such as 2024-01-31 or 2024-01-31T12:00Z, UTC where it has no offset.",
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = Text(result);
            if (TryTime(text, out DateTimeOffset moment))
                return moment;
            result.AddError($"{name} is '{text}'; give a time from 1970 to 2199 such as 2024-01-31 or 2024-01-31T12:00Z.");
            return null;
        },
    };
}

/// <summary>What stands in the place of an interval.</summary>
/// <param name="Interval">Null for the word funding.</param>
internal sealed record DataWord(KlineInterval? Interval)
{
    public const string FundingWord = "funding";
}
