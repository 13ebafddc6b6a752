namespace Runnel.Backtesting;

/// <summary>Return of one calendar month (UTC) that has a bar.</summary>
/// <param name="Year">For instance 2024.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="Percent">Last equity of the month over that of the month before (initial cash for the first), minus 1, in percent.</param>
public readonly record struct MonthlyReturn(int Year, int Month, double Percent);
