namespace Runnel.Backtesting;

/// <summary>A funding payment that was made or received.</summary>
/// <param name="Bar">Bar at whose open it fell due, counted from 0.</param>
/// <param name="Time">Payment time, Unix milliseconds, UTC.</param>
/// <param name="Rate">Rate as a fraction of the position's value.</param>
/// <param name="Paid">Cash paid; negative where it was received.</param>
public readonly record struct FundingPayment(int Bar, long Time, double Rate, double Paid);
