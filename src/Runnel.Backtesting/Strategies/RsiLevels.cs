namespace Runnel.Backtesting;

/// <summary>Levels of an RSI strategy; stop-loss and take-profit are fractions of the price, 0 for none.</summary>
internal readonly record struct RsiLevels(double Low, double High, double Exit, double StopLoss, double TakeProfit);
