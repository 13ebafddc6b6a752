namespace Runnel.Backtesting;

/// <summary>The words of the language that stand without brackets, and the functions that are no indicators.</summary>
internal static class Words
{
    public static Dictionary<string, string> Values { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["open"] = "first price of the bar",
        ["high"] = "highest price",
        ["low"] = "lowest price",
        ["close"] = "last price",
        ["volume"] = "volume, in the unit of the klines",
        ["hl2"] = "(high + low) / 2",
        ["hlc3"] = "(high + low + close) / 3",
        ["ohlc4"] = "(open + high + low + close) / 4",
        ["hour"] = "hour of the bar's open time, UTC, 0 to 23",
        ["weekday"] = "day of the bar's open time, UTC, 1 for Monday to 7",
    };

    public static Dictionary<string, string> Facts { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["flat"] = "whether no trade is open",
        ["is_long"] = "whether the open trades are long",
        ["is_short"] = "whether they are short",
        ["in_position"] = "whether any is open",
        ["side"] = "1 while long, -1 while short, 0 while flat; in stop_loss, take_profit, trailing_stop and size the side that is entered",
        ["entry_price"] = "price of the open trades, averaged by units; missing while flat",
        ["bars_since_entry"] = "bars since the fill of the oldest open trade; missing while flat",
        ["open_trades"] = "how many trades are open",
    };

    public static Dictionary<string, (string Signature, string Summary)> Functions { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cross_above"] = ("cross_above(a, b)", "a was at most b on the bar before and is above it now"),
        ["cross_below"] = ("cross_below(a, b)", "a was at least b on the bar before and is below it now"),
        ["cross"] = ("cross(a, b)", "either of them"),
        ["prev"] = ("prev(x, bars = 1)", "x that many bars ago, the same as x[bars]"),
        ["change"] = ("change(x, bars = 1)", "x - x[bars]"),
        ["rising"] = ("rising(x, bars = 1)", "x > x[bars]"),
        ["falling"] = ("falling(x, bars = 1)", "x < x[bars]"),
        ["min"] = ("min(a, b, …)", "smallest of 2 to 8 numbers of the same bar"),
        ["max"] = ("max(a, b, …)", "largest of 2 to 8 numbers of the same bar"),
        ["abs"] = ("abs(x)", "without its sign"),
        ["sqrt"] = ("sqrt(x)", "square root; missing below 0"),
        ["floor"] = ("floor(x)", "largest whole number that is not larger"),
        ["ceil"] = ("ceil(x)", "smallest whole number that is not smaller"),
        ["round"] = ("round(x)", "nearest whole number, halves away from 0"),
        ["sign"] = ("sign(x)", "1, 0 or -1"),
        ["if"] = ("if(condition, a, b)", "a where the condition holds, else b"),
        ["interval"] = ("interval(\"4h\", x)", "x worked out on bars of a longer interval, as of the last one that has closed"),
    };

    /// <summary>Whether a name cannot be given to a parameter or a let.</summary>
    public static bool IsTaken(string name) => Values.ContainsKey(name) || Facts.ContainsKey(name)
        || name.ToLowerInvariant() is "and" or "or" or "not" or "true" or "false";
}
