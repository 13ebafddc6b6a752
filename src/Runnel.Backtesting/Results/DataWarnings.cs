using System.Globalization;

namespace Runnel.Backtesting;

internal static class DataWarnings
{
    /// <summary>What about the bars a reader of the result should know.</summary>
    public static List<string> Of(Klines klines, Account account)
    {
        List<string> warnings = [];
        int silent = klines.Volume.Count(0.0);
        if (silent > 0)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{silent} of {klines.Count} bars have no volume: nobody traded. ")
                + (account.Settings.RequireVolume ? "Orders waited on them." : "Orders filled on them as on any other; require_volume lets them wait."));
        }

        if (account.BarsNotRefined > 0)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{account.BarsNotRefined} of {klines.Count} bars were worked off whole, since the finer bars for them are missing or do not add up to them."));
        }

        return warnings;
    }
}
