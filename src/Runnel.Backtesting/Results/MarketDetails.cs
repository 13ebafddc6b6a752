namespace Runnel.Backtesting;

internal static class MarketDetails
{
    public static double? Beta(ReadOnlySpan<double> equity, ReadOnlySpan<double> close)
    {
        int count = equity.Length - 1;
        if (count < 2)
            return null;
        double ours = 0, markets = 0;
        double[] our = new double[count], market = new double[count];
        for (int i = 0; i < count; i++)
        {
            if (!(equity[i + 1] > 0 && equity[i] > 0))
                return null; // ruined: no logarithm of zero
            our[i] = Math.Log(equity[i + 1] / equity[i]);
            market[i] = Math.Log(close[i + 1] / close[i]);
            ours += our[i];
            markets += market[i];
        }

        double ourMean = ours / count, marketMean = markets / count, products = 0, squares = 0;
        for (int i = 0; i < count; i++)
        {
            products += (our[i] - ourMean) * (market[i] - marketMean);
            squares += (market[i] - marketMean) * (market[i] - marketMean);
        }

        return squares > 0 ? products / squares : null;
    }
}
