namespace Runnel.Backtesting;

internal static class LevelChecks
{
    /// <exception cref="BacktestInputException">A rule for a level makes no sense, alone or beside another setting.</exception>
    public static void Validate(BacktestSettings settings)
    {
        Check("stop_loss", settings.StopLoss);
        Check("take_profit", settings.TakeProfit);
        Check("trailing_stop", settings.TrailingStop);
        if (settings.TrailingStop?.Kind == LevelKind.Risk)
            throw new BacktestInputException("trailing_stop.kind", "risk", "Give percent, distance or atr: how far a stop follows does not depend on a stop.");
        if (settings.StopLoss?.Kind == LevelKind.Risk && settings.Size.Kind == SizeKind.Risk)
            throw new BacktestInputException("stop_loss.kind", "risk", "Give percent, distance or atr, or another size than risk: size and stop would each be worked out from the other.");
    }

    private static void Check(string field, LevelRule? rule)
    {
        if (rule is not { } given)
            return;
        BacktestSettings.Require($"{field}.kind", given.Kind, Enum.IsDefined(given.Kind), "Give percent, distance, atr or risk.");
        bool isPart = given.Kind == LevelKind.Percent || (given.Kind == LevelKind.Risk && field == "stop_loss");
        BacktestSettings.Require($"{field}.value", given.Value, given.Value > 0 && double.IsFinite(given.Value) && (!isPart || given.Value < 1 || field == "take_profit"),
            isPart && field != "take_profit" ? "Give a fraction greater than 0 and below 1 (0.02 is 2 %)." : "Give a number greater than 0.");
        BacktestSettings.Require($"{field}.period", given.Period, given.Period is >= 1 and <= 1_000_000, "Give a whole number of bars from 1 to 1000000.");
    }
}
